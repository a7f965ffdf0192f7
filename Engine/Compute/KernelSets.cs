using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Preble.Engine.Compute;

/// <summary>Chooses the kernel set, once, by name or by what the machine has.</summary>
internal static class KernelSets
{
    /// <summary>All names, best first, after which "auto" looks.</summary>
    internal static readonly IReadOnlyList<string> Names = ["avx512", "avx2", "portable"];

    /// <summary>Whether this machine can run a set.</summary>
    internal static bool IsAvailable(string name) => name switch
    {
        "avx512" => Avx512F.IsSupported && Vector512.IsHardwareAccelerated,
        "avx2" => Avx2.IsSupported && Fma.IsSupported,
        "portable" => true,
        _ => throw new ArgumentException($"Kernel set '{name}' is unknown; auto, {string.Join(", ", Names)} were expected.", nameof(name)),
    };

    /// <summary>The set of that name; "auto" takes the best available one.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine lacks the instructions of the set.</exception>
    internal static KernelSet Choose(string name)
    {
        string chosen = name == "auto" ? Names.First(IsAvailable) : name;
        if (!IsAvailable(chosen))
        {
            throw new PlatformNotSupportedException(
                $"Kernel set '{chosen}' was forced, but this machine lacks its instructions; available: {string.Join(", ", Names.Where(IsAvailable))}.");
        }

        return chosen switch
        {
            "avx512" => new SimdKernelSet<Avx512Simd, Vector512<float>>(chosen),
            "avx2" => new SimdKernelSet<Avx2Simd, Vector256<float>>(chosen),
            _ => new SimdKernelSet<PortableSimd, Vector128<float>>(chosen),
        };
    }
}
