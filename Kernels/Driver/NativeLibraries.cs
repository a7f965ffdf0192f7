using System.Reflection;
using System.Runtime.InteropServices;

namespace Preble.Kernels.Driver;

/// <summary>Where the native libraries are.</summary>
internal static class NativeLibraries
{
    /// <summary>The name that the imports of this assembly give the driver.</summary>
    internal const string Cuda = "cuda";

    // Runs before the first import is called: whoever calls one has loaded its library here.
    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    /// <summary>File of the driver.</summary>
    internal static string CudaFile => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>Files of cuBLAS, the newest first; what is asked of it is the same in all of them.</summary>
    internal static IReadOnlyList<string> CublasFiles => OperatingSystem.IsWindows()
        ? ["cublas64_13.dll", "cublas64_12.dll"]
        : ["libcublas.so.13", "libcublas.so.12"];

    /// <summary>Loads the driver; it stays loaded.</summary>
    internal static bool TryLoadCuda(out nint handle) => NativeLibrary.TryLoad(CudaFile, out handle);

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path) => library == Cuda && TryLoadCuda(out nint handle) ? handle : 0;
}
