namespace Preble.Core.Placement;

/// <summary>Everything that is on a worker at one moment. A later report replaces an earlier one; one that comes late is ignored.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Epoch">Of the start that reports.</param>
/// <param name="Sequence">Grows with each report of an epoch; gaps are harmless.</param>
/// <param name="Sequences">Every live sequence once; at most <see cref="WorkerProfile.RunningMax"/> plus
/// <see cref="WorkerProfile.WaitingMax"/>.</param>
/// <param name="Pages">Its key-value memory.</param>
public sealed record WorkerReport(WorkerId Worker, long Epoch, long Sequence, ReadOnlyMemory<ReportedSequence> Sequences, ReportedPages Pages)
{
    /// <summary>What the worker's steps since the report before took: what its rates are calibrated with. Nothing if it does not measure.</summary>
    public StepSums Steps { get; init; }
}
