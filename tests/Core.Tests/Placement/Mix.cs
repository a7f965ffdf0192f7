namespace Preble.Core.Tests.Placement;

/// <summary>What requests of a <see cref="MeasuredWorker"/> look like.</summary>
/// <param name="PromptMin">Shortest prompt. [tokens]</param>
/// <param name="PromptMax">Longest prompt. [tokens]</param>
/// <param name="CachedShare">Of a prompt, at most.</param>
/// <param name="OutputMean">[tokens]</param>
/// <param name="Concurrency">Requests on the worker at any time.</param>
internal sealed record Mix(int PromptMin, int PromptMax, double CachedShare, int OutputMean, int Concurrency)
{
    public static readonly Mix PrefillHeavy = new(1500, 9000, 0.5, 12, 8);

    public static readonly Mix DecodeHeavy = new(50, 600, 0.9, 200, 32);

    public static readonly Mix Even = new(500, 4000, 0.9, 60, 16);

    public static readonly Mix OneAtATime = new(200, 3000, 0.5, 80, 1);
}
