using Orleans.Concurrency;

namespace Preble.Grains.Interfaces;

/// <summary>The workers of one silo, for those who must learn of them anew. Key: <see cref="GrainKeys.WorkerHost"/>. Lives in that silo only.</summary>
[Alias("preble.worker-host")]
public interface IWorkerHostGrain : IGrainWithStringKey
{
    /// <summary>The silo's workers of a model, each with its load of this moment.</summary>
    [Alias("announce")]
    [AlwaysInterleave]
    Task<WorkerAnnouncement[]> AnnounceAsync(string model);
}
