namespace Preble.Client;

/// <summary>What a cluster serves, and with what.</summary>
/// <param name="Models">In the order in which the cluster tells them.</param>
public sealed record ClusterStatus(IReadOnlyList<ModelStatus> Models);
