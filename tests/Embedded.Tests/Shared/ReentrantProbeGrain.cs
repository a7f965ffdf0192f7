using Orleans.Concurrency;

namespace Preble.Embedded.Tests.Shared;

/// <summary>The probe, reentrant.</summary>
[Reentrant]
public sealed class ReentrantProbeGrain : ProbeGrainBase, IReentrantProbeGrain;
