using Preble.Emulator.Parsing;

namespace Preble.Emulator.Execution;

/// <summary>What an access to memory is like.</summary>
internal struct MemoryShape
{
    internal PtxSpace Space;

    /// <summary>Bytes of an element in memory.</summary>
    internal byte ElementBytes;

    /// <summary>Elements of one thread, which lie in a row.</summary>
    internal byte Elements;

    /// <summary>Whether the register with the address has 64 bits.</summary>
    internal bool WideAddress;

    /// <summary>What an atomic instruction orders.</summary>
    internal MemoryOrder Order;

    /// <summary>Bytes of one thread.</summary>
    internal readonly int Bytes => ElementBytes * Elements;
}
