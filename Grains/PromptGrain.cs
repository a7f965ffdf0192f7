using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Grains;

/// <summary>Hands calls to the reading of this silo.</summary>
[OwnerPlacement]
public sealed class PromptGrain(IPromptPreparer preparer) : Grain, IPromptGrain
{
    public Task<int> ContractsAsync() => Task.FromResult(ContractVersion.Current);

    /// <remarks>Beside the grain's turns: a long prompt takes a while to tokenize, and the calls after it need not wait for it.</remarks>
    public Task<PreparedCall> PrepareAsync(CallBody body) => Task.Run(() => preparer.Prepare(body));

    public Task<ServedModelInfo[]> ModelsAsync() => Task.FromResult<ServedModelInfo[]>([.. preparer.Models]);
}
