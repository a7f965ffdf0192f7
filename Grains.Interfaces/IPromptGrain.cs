using Orleans.Concurrency;

namespace Preble.Grains.Interfaces;

/// <summary>
/// Checks calls of the OpenAI API and makes them ready to run, as the gateway does, for callers that have no tokenizer. Key: any; keeps nothing.
/// </summary>
[Alias("preble.prompt")]
public interface IPromptGrain : IGrainWithStringKey
{
    /// <summary>The silos' <see cref="ContractVersion"/>: callers from outside ask for it before they send anything else.</summary>
    [Alias("contracts")]
    [AlwaysInterleave]
    Task<int> ContractsAsync();

    /// <summary>Checks a call, renders its chat template, tokenizes, and computes page keys.</summary>
    [Alias("prepare")]
    [AlwaysInterleave]
    Task<PreparedCall> PrepareAsync(CallBody body);

    /// <summary>Names of the models that are served.</summary>
    [Alias("models")]
    [AlwaysInterleave]
    Task<ServedModelInfo[]> ModelsAsync();
}
