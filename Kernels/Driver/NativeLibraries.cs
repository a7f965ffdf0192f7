using System.Reflection;
using System.Runtime.InteropServices;

namespace Preble.Kernels.Driver;

/// <summary>Where the native libraries are, by the names that the imports of this assembly give them.</summary>
internal static class NativeLibraries
{
    internal const string Cuda = "cuda";
    internal const string Cublas = "cublas";

    // Runs before the first import is called: whoever calls one has loaded its library here.
    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    /// <summary>File names of a library, the newest first; what is asked of it has been the same in all of them.</summary>
    internal static IReadOnlyList<string> Names(string library) => (library, OperatingSystem.IsWindows()) switch
    {
        (Cuda, true) => ["nvcuda.dll"],
        (Cuda, false) => ["libcuda.so.1"],
        (Cublas, true) => ["cublas64_13.dll", "cublas64_12.dll"],
        (Cublas, false) => ["libcublas.so.13", "libcublas.so.12"],
        _ => [],
    };

    /// <summary>Loads a library; it stays loaded.</summary>
    internal static bool TryLoad(string library, out nint handle)
    {
        foreach (string name in Names(library))
        {
            if (NativeLibrary.TryLoad(name, out handle))
            {
                return true;
            }
        }

        handle = 0;
        return false;
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path) => TryLoad(library, out nint handle) ? handle : 0;
}
