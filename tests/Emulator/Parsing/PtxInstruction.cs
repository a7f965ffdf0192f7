namespace Preble.Emulator.Parsing;

/// <summary>An instruction as written.</summary>
/// <param name="Opcode">With all its modifiers.</param>
/// <param name="Guard">Name of the predicate that guards it, or null.</param>
/// <param name="GuardNegated">Whether it runs where the predicate is false.</param>
/// <param name="Operands">In order.</param>
/// <param name="Scope">What its names mean.</param>
/// <param name="Line">Where it stands.</param>
internal sealed record PtxInstruction(string Opcode, string? Guard, bool GuardNegated, PtxOperand[] Operands, PtxScope Scope, int Line)
{
    /// <summary>Opcode and guard as they were written, for messages.</summary>
    public override string ToString() => Guard == null ? Opcode : $"@{(GuardNegated ? "!" : "")}{Guard} {Opcode}";
}
