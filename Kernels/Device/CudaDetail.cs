using System.Globalization;
using System.Runtime.CompilerServices;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>What a call was asked for, put into words only if it failed: a step makes some hundred calls.</summary>
[InterpolatedStringHandler]
internal ref struct CudaDetail
{
    private DefaultInterpolatedStringHandler _text;

    /// <param name="literalLength">As the compiler counts.</param>
    /// <param name="formattedCount">As the compiler counts.</param>
    /// <param name="result">Of the call.</param>
    /// <param name="wanted">Whether it failed.</param>
    public CudaDetail(int literalLength, int formattedCount, CudaResult result, out bool wanted)
    {
        wanted = result != CudaResult.Success;
        _text = wanted ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string format) => _text.AppendFormatted(value, format);

    /// <summary>The words.</summary>
    internal string Text() => _text.ToStringAndClear();
}
