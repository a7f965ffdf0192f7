namespace Preble.Core;

/// <summary>Names one running copy of a model; unique in the cluster, stable while the copy lives.</summary>
public readonly record struct WorkerId(string Value)
{
    public override string ToString() => Value;
}
