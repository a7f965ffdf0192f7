namespace Preble.Emulator.Parsing;

/// <summary>A word (identifiers, directives and opcodes with their dots), a number, a quoted text or a punctuation mark, and the line it stands in.</summary>
internal readonly record struct PtxToken(PtxTokenKind Kind, string Text, int Line);
