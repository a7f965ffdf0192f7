namespace Preble.Core.Workloads;

/// <summary>A request before its time is known.</summary>
/// <param name="Prompt">As in <see cref="WorkloadRequest.Prompt"/>.</param>
/// <param name="Output">As in <see cref="WorkloadRequest.Output"/>.</param>
/// <param name="After">As in <see cref="WorkloadRequest.After"/>.</param>
internal readonly record struct Ask(ReadOnlyMemory<PromptSegment> Prompt, PromptSegment Output, int After = -1)
{
    /// <summary>The request.</summary>
    public WorkloadRequest At(int index, TimeSpan arrival) => new() { Index = index, Arrival = arrival, Prompt = Prompt, Output = Output, After = After };
}
