namespace Preble.Core;

/// <summary>
/// How fast a worker is. Prefill of u missed tokens behind m cached ones takes <c>Alpha*u + Beta*u*(m + u/2)</c> seconds; a decode step over n sequences
/// with c context tokens in all takes <c>T0 + Gamma*n + Delta*c</c> seconds.
/// </summary>
/// <param name="Alpha">Prefill, seconds per token.</param>
/// <param name="Beta">Prefill, seconds per token and token of context.</param>
/// <param name="T0">Decode, seconds per step.</param>
/// <param name="Gamma">Decode, seconds per sequence and step.</param>
/// <param name="Delta">Decode, seconds per context token and step.</param>
public readonly record struct WorkerRates(double Alpha, double Beta, double T0, double Gamma, double Delta)
{
    /// <summary>Seconds to prefill <paramref name="missedTokens"/> behind <paramref name="cachedTokens"/>.</summary>
    public double PrefillSeconds(double missedTokens, double cachedTokens) =>
        missedTokens * (Alpha + (Beta * (cachedTokens + (missedTokens / 2))));

    /// <summary>Seconds of one decode step over <paramref name="sequences"/> with <paramref name="contextTokens"/> in all.</summary>
    public double DecodeStepSeconds(double sequences, double contextTokens) =>
        T0 + (Gamma * sequences) + (Delta * contextTokens);
}
