using Orleans.Runtime;

namespace Orleans.Placement;

/// <summary>Where activations of a grain class are put in a cluster. Inert here: there is one process.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public abstract class PlacementAttribute : Attribute
{
    /// <param name="placement">A strategy of one's own.</param>
    protected PlacementAttribute(PlacementStrategy placement) => ArgumentNullException.ThrowIfNull(placement);

    private protected PlacementAttribute()
    {
    }
}
