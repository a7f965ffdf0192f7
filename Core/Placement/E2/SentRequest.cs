namespace Preble.Core.Placement.E2;

/// <summary>A request within the window, as it counts.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="Worker">The worker that it was sent to.</param>
/// <param name="Load">Its prefill and a mean output's decode there. [ns]</param>
/// <param name="Share">Its key portion there, or null if it has none.</param>
/// <param name="Branch">What it goes on with behind that, or null if it ends there.</param>
internal readonly record struct SentRequest(TimeSpan At, LoadedWorker Worker, long Load, PortionShare? Share, PortionBranch? Branch);
