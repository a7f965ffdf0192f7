using System.Runtime.InteropServices;

namespace Preble.Kernels.Ops;

/// <summary>What changes the logit x of a token before the choice, as <c>sample.cu</c> reads it, in the order of the fields.</summary>
/// <param name="Token">Id; each at most once in a row. Ids outside the vocabulary are passed over.</param>
/// <param name="Bias">x += bias.</param>
/// <param name="Repetition">x / repetition for a positive x, else x * repetition; 1 for none.</param>
/// <param name="Penalty">x -= penalty; infinity bans the token.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct SampleAdjustment(int Token, float Bias, float Repetition, float Penalty);
