namespace Preble.Grains.Interfaces;

/// <summary>
/// Knows which worker holds which prefix of one model. Key: the model's name. Soft state: workers hold the truth, and one that sends no events, if only
/// none, for a lease is forgotten.
/// </summary>
[Alias("preble.prefix-tree")]
public interface IPrefixTreeGrain : IGrainWithStringKey
{
    /// <summary>The pages of a prompt that each worker holds or was promised, in one walk.</summary>
    [Alias("match")]
    Task<MatchReply> MatchAsync(MatchRequest request);

    /// <summary>Notes that a prompt was just sent to a worker, which will soon hold its pages.</summary>
    [Alias("promise")]
    Task PromiseAsync(PagePromise promise);

    /// <summary>
    /// Ends what is left of the promise made for a request: at once if it failed, else when the events of what it stored have had time to come.
    /// </summary>
    [Alias("settle")]
    Task SettleAsync(string requestId, bool answered);

    /// <summary>Makes a worker known with an empty cache; one of an earlier epoch changes nothing.</summary>
    [Alias("register-worker")]
    Task RegisterWorkerAsync(WorkerRegistration registration);

    /// <summary>Forgets a worker and all that it holds or was promised, in this epoch of it or an earlier one: a later one is not touched.</summary>
    [Alias("remove-worker")]
    Task RemoveWorkerAsync(string workerId, long epoch);

    /// <summary>
    /// Applies a worker's cache events in order. Known ones are skipped; a gap is answered with <see cref="CacheEventReply.DumpWanted"/>, an unknown
    /// worker with <see cref="CacheEventReply.RegistrationWanted"/>.
    /// </summary>
    [Alias("apply")]
    Task<CacheEventReply> ApplyAsync(CacheEventBatch batch);

    /// <summary>Replaces what is known of a worker's cache.</summary>
    [Alias("replace")]
    Task ReplaceAsync(CacheDump dump);

    /// <summary>Sizes of the tree.</summary>
    [Alias("status")]
    Task<PrefixTreeStatus> StatusAsync();
}
