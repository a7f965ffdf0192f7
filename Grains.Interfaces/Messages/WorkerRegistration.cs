namespace Preble.Grains.Interfaces;

/// <summary>What a worker is and how fast it is.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.worker-registration")]
public sealed record WorkerRegistration
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string WorkerId { get; init; }

    /// <summary>What it serves.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>cpu, cuda, openai or simulated.</summary>
    [Id(2)]
    public required string Kind { get; init; }

    /// <summary>Grows with every restart of the worker.</summary>
    [Id(3)]
    public required long Epoch { get; init; }

    /// <summary>Prefill, seconds per token.</summary>
    [Id(4)]
    public required double Alpha { get; init; }

    /// <summary>Prefill, seconds per token and token of context.</summary>
    [Id(5)]
    public required double Beta { get; init; }

    /// <summary>Decode, seconds per step.</summary>
    [Id(6)]
    public required double T0 { get; init; }

    /// <summary>Decode, seconds per sequence and step.</summary>
    [Id(7)]
    public required double Gamma { get; init; }

    /// <summary>Decode, seconds per context token and step.</summary>
    [Id(8)]
    public required double Delta { get; init; }

    /// <summary>Largest number of tokens in a step.</summary>
    [Id(9)]
    public required int StepTokensMax { get; init; }

    /// <summary>Tokens that its key-value memory holds.</summary>
    [Id(10)]
    public required int KvTokens { get; init; }

    /// <summary>Tokens in a page.</summary>
    [Id(11)]
    public required int PageTokens { get; init; }

    /// <summary>Sequences that can run at once.</summary>
    [Id(12)]
    public required int RunningMax { get; init; }

    /// <summary>Sequences that can wait.</summary>
    [Id(13)]
    public required int WaitingMax { get; init; }

    /// <summary>Groups by which its queue lets those with more of their prompt cached pass others; 0 if it goes by another order.</summary>
    [Id(14)]
    public int PriorityGroups { get; init; }
}
