namespace Orleans;

/// <summary>The name of a grain class in grain ids, instead of the one made from the class name.</summary>
/// <param name="grainType">The name, unique among the grain classes.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class GrainTypeAttribute(string grainType) : Attribute
{
    internal string GrainType { get; } = grainType;
}
