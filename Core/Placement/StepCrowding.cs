namespace Preble.Core.Placement;

/// <summary>
/// How crowded the steps of a worker were of late. Where many share steps that have room left, a prompt delays all of them without a queue: they stay longer,
/// so that those who come find more of them. In the long run a second of computing then delays n sequences by as many seconds as their steps are stretched
/// times (n is <c>rate * steps * T0 / (1 - busy)</c>, and <c>1 - busy</c> is T0 over the time of a step). Where chunks are full, those who come wait in the
/// queue instead, and <see cref="WorkerView.Followers"/> tells of them.
/// </summary>
internal sealed class StepCrowding
{
    /// <summary>Seconds of computing after which a step has faded to 1/e.</summary>
    public const double MemorySeconds = 30;

    /// <summary>Steps count as no longer than so many times what they should take: a pause of the worker is no crowd.</summary>
    public const double PauseFactor = 2;

    /// <summary>The most that steps are taken to be stretched.</summary>
    public const double StretchMax = 1000;

    private double _seconds;
    private double _alone;
    private double _computed;
    private double _room;

    /// <summary>
    /// Sequences that come while a worker catches up on a prompt, for each that is there; 0 or more, and 0 where all of each step is used for prompts.
    /// <para>The whole of the stretch would be right for steps that are alike; of real ones, the fuller ones queue. Half of it, falling with the cube of the
    /// room left, was best of those tried in simulation (0.5 to 1, powers 1 to 4): mean E2E 0.4 % less than without over a hundred random scenarios, 2 % in tools
    /// on four A100.</para>
    /// </summary>
    public double Followers { get; private set; }

    /// <summary>How many times as long they took as with one sequence in decode alone, or none; 1 at least, and as long as nothing is known.</summary>
    public double Stretch => _alone > 0 ? Math.Clamp(_seconds / _alone, 1, StretchMax) : 1;

    /// <summary>How much of what they could compute of prompts was used, from 0 to 1.</summary>
    public double Fill => _room > 0 ? Math.Min(1, _computed / _room) : 0;

    /// <summary>Takes in some steps. Sums that cannot be, or that say nothing, change nothing.</summary>
    /// <param name="steps">What they did.</param>
    /// <param name="rates">The worker's rates.</param>
    /// <param name="chunkTokens">Prompt tokens that one step computes at most.</param>
    public void Observe(in StepSums steps, in WorkerRates rates, int chunkTokens)
    {
        if (!steps.IsUsable)
        {
            return;
        }

        double prefills = (rates.Alpha * steps.PrefillTokens) + (rates.Beta * steps.PrefillSquares);
        double decodes = (rates.Gamma * steps.DecodeSequences) + (rates.Delta * steps.DecodeContextTokens);
        double floor = rates.T0 * steps.Steps;
        double seconds = Math.Min(steps.Seconds, PauseFactor * (prefills + decodes + floor));
        double keep = Math.Exp(-seconds / MemorySeconds);
        _seconds = (keep * _seconds) + seconds;
        _alone = (keep * _alone) + floor + (decodes / Math.Max(1, (double)steps.DecodeSequences / steps.Steps));
        _computed = (keep * _computed) + steps.PrefillTokens;
        _room = (keep * _room) + ((double)chunkTokens * steps.Steps);
        double left = 1 - Fill;
        Followers = 0.5 * (Stretch - 1) * left * left * left;
    }
}
