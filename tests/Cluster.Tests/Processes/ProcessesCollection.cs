namespace Preble.Cluster.Tests.Processes;

/// <summary>Clusters run one after the other: each takes the whole machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessesCollection
{
    public const string Name = "processes";
}
