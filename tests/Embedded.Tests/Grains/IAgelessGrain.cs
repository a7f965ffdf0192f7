namespace Preble.Embedded.Tests.Grains;

/// <summary>A grain that stays.</summary>
public interface IAgelessGrain : IGrainWithStringKey
{
    Task Use();
}
