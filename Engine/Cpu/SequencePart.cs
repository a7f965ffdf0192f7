namespace Preble.Engine.Cpu;

/// <summary>Tokens of one sequence that stand side by side in a slab.</summary>
/// <param name="Row">Row of the first in the slab.</param>
/// <param name="OutRow">Row of the first in the output of the attention.</param>
/// <param name="Tokens">How many.</param>
/// <param name="Start">Position of the first.</param>
/// <param name="Pages">Where the sequence's page ids begin in <see cref="Slab.Pages"/>.</param>
internal readonly record struct SequencePart(int Row, int OutRow, int Tokens, int Start, int Pages);
