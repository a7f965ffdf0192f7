using System.Runtime.InteropServices;

namespace Preble.Engine.Compute;

/// <summary>
/// Native memory aligned for vectors, freed when disposed or collected; not cleared. A borrower that must outlive the owner's disposal takes
/// <see cref="SafeHandle.DangerousAddRef"/>.
/// </summary>
internal sealed unsafe class AlignedMemory : SafeHandle
{
    private const int LineBytes = 64;

    // Large blocks start on a huge page where the system has them: packed weights and pages of keys are read through few translations.
    private const int HugePageBytes = 2 << 20;

    internal AlignedMemory(long bytes)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = bytes;
        SetHandle((nint)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, LineBytes), bytes >= 2 * HugePageBytes ? (nuint)HugePageBytes : LineBytes));
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

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        GC.RemoveMemoryPressure(Math.Max(Bytes, LineBytes));
        return true;
    }
}
