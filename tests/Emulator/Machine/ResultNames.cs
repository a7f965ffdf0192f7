using System.Text;
using Preble.Kernels.Driver;

namespace Preble.Emulator.Machine;

/// <summary>The driver's names and texts of results.</summary>
internal static class ResultNames
{
    internal static (string Name, string Text) Describe(CudaResult result)
    {
        var name = new StringBuilder("CUDA_ERROR");
        var text = new StringBuilder();
        foreach (char c in result.ToString())
        {
            if (char.IsUpper(c) || text.Length == 0)
            {
                name.Append('_');
                text.Append(text.Length == 0 ? "" : " ");
            }

            name.Append(char.ToUpperInvariant(c));
            text.Append(char.ToLowerInvariant(c));
        }

        return result == CudaResult.Success ? ("CUDA_SUCCESS", "no error") : (name.ToString(), text.ToString());
    }
}
