namespace Preble.Embedded.Tests.Shared;

/// <summary>A grain whose activation fails at first.</summary>
[Alias("preble.failing")]
public interface IFailingGrain : IGrainWithStringKey
{
    /// <summary>Number of activations tried.</summary>
    [Alias("Tries")]
    Task<int> Tries();
}
