namespace Preble.Grains.Interfaces;

/// <summary>A worker as the scheduler sees it.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.worker-status")]
public sealed record WorkerStatus
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string WorkerId { get; init; }

    /// <summary>cpu, cuda, openai or simulated.</summary>
    [Id(6)]
    public required string Kind { get; init; }

    /// <summary>Sequences placed on it that have not ended.</summary>
    [Id(1)]
    public required int Live { get; init; }

    /// <summary>Predicted prefill time that waits there.</summary>
    [Id(2)]
    public required double QueuedPrefillSeconds { get; init; }

    /// <summary>Empty pages, as last reported.</summary>
    [Id(3)]
    public required int PagesFree { get; init; }

    /// <summary>Reusable pages, as last reported.</summary>
    [Id(4)]
    public required int PagesCached { get; init; }

    /// <summary>Pages in use, as last reported.</summary>
    [Id(5)]
    public required int PagesHeld { get; init; }

    /// <summary>Prefill, seconds per token; this and the other rates as calibrated by what the worker's steps took.</summary>
    [Id(7)]
    public required double Alpha { get; init; }

    /// <summary>Prefill, seconds per token and token of context.</summary>
    [Id(8)]
    public required double Beta { get; init; }

    /// <summary>Decode, seconds per step.</summary>
    [Id(9)]
    public required double T0 { get; init; }

    /// <summary>Decode, seconds per sequence and step.</summary>
    [Id(10)]
    public required double Gamma { get; init; }

    /// <summary>Decode, seconds per context token and step.</summary>
    [Id(11)]
    public required double Delta { get; init; }

    /// <summary>Below 1 while it starts slowly, having joined when others were at work; then 1.</summary>
    [Id(12)]
    public required double Warmth { get; init; }

    /// <summary>Whether it leaves and gets no more requests.</summary>
    [Id(13)]
    public required bool Draining { get; init; }

    /// <summary>Whether it seems lost and is sent nothing that another could take, until it is heard of.</summary>
    [Id(14)]
    public bool Suspect { get; init; }
}
