namespace Preble.Core.Workloads;

/// <summary>What was found out about a trace while it was read.</summary>
/// <param name="BlockTokens">Tokens that a hash stands for. [tokens]</param>
/// <param name="QuantumSeconds">Time stamps are multiples of it, 0 if of nothing as long as a second. [seconds of the trace]</param>
/// <param name="SpreadSeconds">Requests with the same time stamp were spread over so much time, 0 for none. [seconds of the trace]</param>
/// <param name="Lines">Requests read.</param>
public readonly record struct MooncakeFacts(int BlockTokens, double QuantumSeconds, double SpreadSeconds, int Lines);
