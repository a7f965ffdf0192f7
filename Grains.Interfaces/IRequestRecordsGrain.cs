using Orleans.Concurrency;

namespace Preble.Grains.Interfaces;

/// <summary>
/// One gateway's part in remembering requests beyond the life of the gateway that has them. Key: <see cref="GrainKeys.Records"/>. Lives in that silo only.
/// </summary>
[Alias("preble.request-records")]
public interface IRequestRecordsGrain : IGrainWithStringKey
{
    /// <summary>
    /// Has a request of this gateway remembered by another one, soon and together with others, and by this one under its first id. Nobody waits for it.
    /// </summary>
    [Alias("copy")]
    [OneWay]
    [AlwaysInterleave]
    Task CopyAsync(RequestDescription request);

    /// <summary>Remembers requests of another gateway. A repeated or a late word changes nothing.</summary>
    [Alias("keep")]
    [OneWay]
    [AlwaysInterleave]
    Task KeepAsync(RequestDescription[] requests);

    /// <summary>What this gateway remembers of another one's request, or of a later run of one that had this id first; null if nothing.</summary>
    [Alias("find")]
    [AlwaysInterleave]
    Task<RequestDescription?> FindAsync(string requestId);
}
