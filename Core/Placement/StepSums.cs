namespace Preble.Core.Placement;

/// <summary>
/// Work and time of some steps of a worker, summed: at exact rates <c>Seconds = Alpha*PrefillTokens + Beta*PrefillSquares + T0*Steps +
/// Gamma*DecodeSequences + Delta*DecodeContextTokens</c>.
/// </summary>
/// <param name="Steps">Forward passes.</param>
/// <param name="Seconds">Time that they took together.</param>
/// <param name="PrefillTokens">Context tokens computed. [tokens]</param>
/// <param name="PrefillSquares">Sum over chunks of u tokens behind m of <c>u * (m + u/2)</c>. [tokens²]</param>
/// <param name="DecodeSequences">Sequences in decode, over all steps.</param>
/// <param name="DecodeContextTokens">Their context tokens, over all steps. [tokens]</param>
public readonly record struct StepSums(int Steps, double Seconds, long PrefillTokens, double PrefillSquares, long DecodeSequences, long DecodeContextTokens);
