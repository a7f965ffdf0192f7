using System.Runtime.InteropServices;

namespace Preble.Engine.Compute;

/// <summary>
/// Native memory aligned for vectors, freed when disposed or collected; not cleared. A borrower that must outlive the owner's disposal takes
/// <see cref="SafeHandle.DangerousAddRef"/>.
/// </summary>
internal sealed unsafe partial class AlignedMemory : SafeHandle
{
    private const int LineBytes = 64;

    // Large blocks start on a huge page where the system has them: packed weights and pages of keys are read through few translations.
    private const int HugePageBytes = 2 << 20;

    // MADV_HUGEPAGE of Linux.
    private const int AdviseHugePages = 14;

    internal AlignedMemory(long bytes)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = bytes;
        bool huge = bytes >= HugePageBytes;
        SetHandle((nint)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, LineBytes), huge ? (nuint)HugePageBytes : LineBytes));
        if (huge && OperatingSystem.IsLinux())
        {
            AskForHugePages(handle, bytes);
        }

        GC.AddMemoryPressure(Math.Max(bytes, LineBytes));
    }

    /// <summary>Size as asked for.</summary>
    internal long Bytes { get; }

    /// <summary>First byte.</summary>
    internal byte* Pointer => (byte*)handle;

    /// <summary>First number.</summary>
    internal float* Floats => (float*)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Memory for that many f32.</summary>
    internal static AlignedMemory OfFloats(long count) => new(checked(count * sizeof(float)));

    // Only an advice: where the system does not take it, everything works with small pages.
    private static void AskForHugePages(nint start, long bytes)
    {
        try
        {
            _ = Advise(start, (nuint)bytes, AdviseHugePages);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        GC.RemoveMemoryPressure(Math.Max(Bytes, LineBytes));
        return true;
    }
}
