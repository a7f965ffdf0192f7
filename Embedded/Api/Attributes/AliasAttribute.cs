namespace Orleans;

/// <summary>The name of a type or method on the wire, which survives a rename in the code. Inert here.</summary>
/// <param name="alias">The name: unique everywhere for a type, unique in its type for a method.</param>
[AttributeUsage(
    AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method,
    AllowMultiple = true)]
public sealed class AliasAttribute(string alias) : Attribute
{
    /// <summary>The name on the wire.</summary>
    public string Alias { get; } = alias;
}
