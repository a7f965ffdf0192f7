namespace Preble.Embedded.Tests.Shared;

/// <summary>The same methods on a reentrant class.</summary>
[Alias("preble.reentrant-probe")]
public interface IReentrantProbeGrain : IProbeGrain;
