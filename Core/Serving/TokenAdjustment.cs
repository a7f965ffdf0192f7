using System.Runtime.InteropServices;

namespace Preble.Core.Serving;

/// <summary>
/// Changes the logit x of one token before a choice, in this order: x += Bias; then, unless Repetition is 1, x = x / Repetition if x is positive and
/// x * Repetition if not; then x -= Penalty. Devices read it as it lies: 16 bytes.
/// </summary>
/// <param name="Token">Its id.</param>
/// <param name="Bias">Added.</param>
/// <param name="Repetition">Positive; 1 for none.</param>
/// <param name="Penalty">Subtracted; infinite for a token that must not be chosen.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct TokenAdjustment(int Token, float Bias, float Repetition, float Penalty);
