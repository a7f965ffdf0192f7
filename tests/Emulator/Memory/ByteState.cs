namespace Preble.Emulator.Memory;

/// <summary>What is known of a byte of the device's memory.</summary>
internal static class ByteState
{
    /// <summary>Nobody wrote it.</summary>
    internal const byte Unwritten = 0;

    internal const byte Written = 1;

    /// <summary>A <c>cp.async</c> that nobody has waited for will write it.</summary>
    internal const byte Pending = 2;

    /// <summary>What unwritten memory holds: NaN in every format.</summary>
    internal const byte Poison = 0xFF;
}
