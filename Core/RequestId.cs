namespace Preble.Core;

/// <summary>Names one prompt on its way through the cluster: the key of its request grain.</summary>
public readonly record struct RequestId(string Value)
{
    public override string ToString() => Value;
}
