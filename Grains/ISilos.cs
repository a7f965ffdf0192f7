namespace Preble.Grains;

/// <summary>The silos of the cluster as this one knows them now.</summary>
public interface ISilos
{
    /// <summary>Names of those that live and may have workers; the empty name for one that is alone. Never null; may be a moment old.</summary>
    IReadOnlyList<string> WithWorkers { get; }

    /// <summary>Names of those that live and answer clients; the empty name for one that is alone. Never null; may be a moment old.</summary>
    IReadOnlyList<string> Gateways { get; }
}
