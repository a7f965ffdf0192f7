namespace Preble.Core.Simulation;

/// <summary>A kind of simulated worker.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Rates">What the schedulers are told of it: the linear model that comes closest to <paramref name="Timing"/>.</param>
/// <param name="KvTokens">Tokens that its key-value memory holds.</param>
/// <param name="Timing">How long its steps really take.</param>
public sealed record Hardware(string Name, WorkerRates Rates, int KvTokens, IStepTiming Timing);
