namespace Orleans;

/// <summary>Marks a type that crosses silos. Inert here: nothing is serialized within one process.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute
{
    /// <summary>Whether the parameters of a primary constructor are members of the message.</summary>
    public bool IncludePrimaryConstructorParameters { get; init; }
}
