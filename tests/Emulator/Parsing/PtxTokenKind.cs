namespace Preble.Emulator.Parsing;

internal enum PtxTokenKind
{
    Word,
    Number,
    Text,
    Mark,
    End,
}
