using System.Globalization;
using System.Runtime.CompilerServices;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>Turns results that are not success into <see cref="CudaException"/>.</summary>
internal static class CudaCheck
{
    /// <param name="result">Of the call.</param>
    /// <param name="driver">Knows its text.</param>
    /// <param name="call">Name of the call.</param>
    /// <param name="detail">What it was asked for, such as a size or a kernel's name; empty for nothing to add.</param>
    internal static void Check(this CudaResult result, ICudaDriver driver, string call, string detail = "")
    {
        if (result != CudaResult.Success)
        {
            Throw(result, driver, call, detail);
        }
    }

    /// <inheritdoc cref="Check(CudaResult, ICudaDriver, string, string)"/>
    internal static void Check(this CudaResult result, ICudaDriver driver, string call, [InterpolatedStringHandlerArgument("result")] CudaDetail detail)
    {
        if (result != CudaResult.Success)
        {
            Throw(result, driver, call, detail.Text());
        }
    }

    private static void Throw(CudaResult result, ICudaDriver driver, string call, string detail)
    {
        (string name, string text) = driver.Describe(result);
        string of = detail.Length == 0 ? "" : $" ({detail})";
        throw new CudaException(call, result, string.Create(CultureInfo.InvariantCulture, $"{call}{of} failed with {(int)result} {name}: {text}."));
    }
}
