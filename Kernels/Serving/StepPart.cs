namespace Preble.Kernels.Serving;

/// <summary>The tokens of one entry of a batch that go through the layers now.</summary>
/// <param name="Entry">Index in the batch.</param>
/// <param name="Offset">Its first token.</param>
/// <param name="Count">How many.</param>
/// <param name="IsDecode">Whether the entry is one token; a chunk's rest of one token is not.</param>
/// <param name="IsWanted">Whether logits after its last token are wanted.</param>
internal readonly record struct StepPart(int Entry, int Offset, int Count, bool IsDecode, bool IsWanted);
