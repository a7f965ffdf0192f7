namespace Orleans.Runtime;

/// <summary>Where activations of a grain class are made. In one process there is one place, so that it is never asked here.</summary>
public abstract class PlacementStrategy
{
    /// <summary>Whether activations are looked up by where they were made. Inert here.</summary>
    public virtual bool IsUsingGrainDirectory => true;
}
