namespace Preble.Silo.Actors;

/// <summary>Whether this silo is a living part of its cluster. Any thread.</summary>
internal interface ISiloLife
{
    /// <summary>Whether the cluster counts on this silo; false while it starts, leaves, or was declared dead.</summary>
    bool IsActive { get; }
}
