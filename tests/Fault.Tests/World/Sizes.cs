using Preble.Core.Placement;

namespace Preble.Fault.Tests.World;

/// <summary>What a run is made of, drawn from its seed: small enough for pages to run out and queues to fill.</summary>
internal sealed record Sizes(int Silos, int Pages, int RunningMax, int WaitingMax, int StepTokensMax, int Requests, TimeSpan Length, string Policy)
{
    public static Sizes Draw(Random random) => new(
        Silos: random.Next(2, 5),
        Pages: random.Next(30, 120),
        RunningMax: random.Next(2, 9),
        WaitingMax: random.Next(8, 65),
        StepTokensMax: random.Next(16, 129),
        Requests: random.Next(5, 31),
        Length: TimeSpan.FromSeconds(random.Next(5, 61)),
        Policy: random.Next(3) > 0 ? PlacementPolicies.Default : PlacementPolicies.Names[random.Next(PlacementPolicies.Names.Count)]);
}
