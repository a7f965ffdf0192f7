using Orleans.Placement;
using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>Hands calls to the reading of this silo.</summary>
[PreferLocalPlacement]
public sealed class PromptGrain(IPromptPreparer preparer) : Grain, IPromptGrain
{
    public Task<PreparedCall> PrepareAsync(CallBody body) => Task.FromResult(preparer.Prepare(body));

    public Task<ServedModelInfo[]> ModelsAsync() => Task.FromResult<ServedModelInfo[]>([.. preparer.Models]);
}
