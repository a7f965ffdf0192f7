namespace Preble.Emulator.Parsing;

/// <summary>A variable in memory, or a parameter.</summary>
/// <param name="Space">Where.</param>
/// <param name="Name">Its name.</param>
/// <param name="Align">In bytes.</param>
/// <param name="Bytes">Its size; 0 for dynamic shared memory.</param>
/// <param name="Initial">What it begins with; null for nothing.</param>
/// <param name="Line">Where it is declared.</param>
internal sealed record PtxVariable(PtxSpace Space, string Name, int Align, int Bytes, byte[]? Initial, int Line)
{
    /// <summary>Where it lies in its space, in bytes; given when memory is laid out.</summary>
    internal ulong Address { get; set; }
}
