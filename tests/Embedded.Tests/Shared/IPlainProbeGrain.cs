namespace Preble.Embedded.Tests.Shared;

/// <summary>The same methods on a class without attributes.</summary>
[Alias("preble.plain-probe")]
public interface IPlainProbeGrain : IProbeGrain;
