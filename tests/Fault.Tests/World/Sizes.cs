using Preble.Core.Placement;

namespace Preble.Fault.Tests.World;

/// <summary>What a run is made of, drawn from its seed: small enough for pages to run out and queues to fill.</summary>
/// <param name="Silos">With one worker each.</param>
/// <param name="Pages">Of a worker.</param>
/// <param name="RunningMax">Sequences that a worker runs.</param>
/// <param name="WaitingMax">Sequences that wait at a worker.</param>
/// <param name="StepTokensMax">Tokens of a step.</param>
/// <param name="Requests">In all.</param>
/// <param name="Length">Time in which things go wrong.</param>
/// <param name="Policy">Of placement.</param>
/// <param name="IsMild">Whether there always is a worker, so that no request may fail.</param>
internal sealed record Sizes(int Silos, int Pages, int RunningMax, int WaitingMax, int StepTokensMax, int Requests, TimeSpan Length, string Policy, bool IsMild)
{
    public static Sizes Draw(Random random) => new(
        Silos: random.Next(2, 5),
        Pages: random.Next(30, 120),
        RunningMax: random.Next(2, 9),
        WaitingMax: random.Next(8, 65),
        StepTokensMax: random.Next(16, 129),
        Requests: random.Next(5, 31),
        Length: TimeSpan.FromSeconds(random.Next(5, 61)),
        Policy: random.Next(3) > 0 ? PlacementPolicies.Default : PlacementPolicies.Names[random.Next(PlacementPolicies.Names.Count)],
        IsMild: random.Next(2) == 0);
}
