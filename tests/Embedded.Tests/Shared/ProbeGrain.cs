namespace Preble.Embedded.Tests.Shared;

/// <summary>The probe.</summary>
public sealed class ProbeGrain : ProbeGrainBase, IPlainProbeGrain;
