namespace Preble.Grains.Interfaces;

/// <summary>A prompt with everything that is needed to run it. Arrays are never changed after construction.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.generate-request")]
public sealed record GenerateRequest
{
    /// <summary>Key of its request grain.</summary>
    [Id(0)]
    public required string RequestId { get; init; }

    /// <summary>Key of its scheduler grain.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>[tokens], at least one.</summary>
    [Id(2)]
    public required int[] PromptTokens { get; init; }

    /// <summary>Model, tenant salt and cluster secret folded into one number; names the tenant's own cache.</summary>
    [Id(3)]
    public required ulong PageKeySeed { get; init; }

    /// <summary>One key for each whole page of the prompt.</summary>
    [Id(4)]
    public required ulong[] PageKeys { get; init; }

    /// <summary>How many independent completions of the prompt to produce, from 1.</summary>
    [Id(5)]
    public required int Choices { get; init; }

    /// <summary>How tokens are chosen and when a choice ends.</summary>
    [Id(6)]
    public required SamplingOptions Sampling { get; init; }

    /// <summary>
    /// For a request that goes on elsewhere: the tokens already produced, by choice. They are context, and count against the limits. [choices][tokens]
    /// </summary>
    [Id(7)]
    public int[][]? Generated { get; init; }

    /// <summary>For a request that goes on elsewhere: the choices that have already ended. [choices]</summary>
    [Id(8)]
    public bool[]? Finished { get; init; }

    /// <summary>Grows each time the request is handed to a worker: a later one takes the place of an earlier one that the same worker may still run.</summary>
    [Id(9)]
    public int Attempt { get; init; }

    /// <summary>For a request that is run again under another id, as what was to run it is lost: the id of its first run, by which its caller knows it.</summary>
    [Id(10)]
    public string? FirstId { get; init; }

    /// <summary>Runs that were given up before this one.</summary>
    [Id(11)]
    public int Run { get; init; }

    /// <summary>The same request under another id, where the run of this one is given up.</summary>
    public GenerateRequest RunAgain(string requestId) => this with { RequestId = requestId, FirstId = FirstId ?? RequestId, Run = Run + 1 };
}
