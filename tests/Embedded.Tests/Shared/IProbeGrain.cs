using Orleans.Concurrency;

namespace Preble.Embedded.Tests.Shared;

/// <summary>A grain that shows how it is run, through the <see cref="Journal"/> of its key.</summary>
[Alias("preble.probe")]
public interface IProbeGrain : IGrainWithStringKey
{
    /// <summary>Starts, waits at a gate, ends.</summary>
    [Alias("Hold")]
    Task Hold(string name);

    /// <summary>The same beside others.</summary>
    [AlwaysInterleave]
    [Alias("HoldInterleaving")]
    Task HoldInterleaving(string name);

    /// <summary>The same beside other readers.</summary>
    [ReadOnly]
    [Alias("HoldReadOnly")]
    Task HoldReadOnly(string name);

    /// <summary>Works in several turns.</summary>
    [Alias("Work")]
    Task Work(string name, int turns);

    /// <summary>Works in several turns, beside others.</summary>
    [AlwaysInterleave]
    [Alias("WorkInterleaving")]
    Task WorkInterleaving(string name, int turns);

    /// <summary>Adds up.</summary>
    [Alias("Add")]
    ValueTask<int> Add(int left, int right);

    /// <summary>Adds a line to the journal.</summary>
    [Alias("Write")]
    ValueTask Write(string line);

    /// <summary>Gives back what it got.</summary>
    [Alias("Echo")]
    Task<ProbeMessage> Echo(ProbeMessage message);

    /// <summary>Takes more arguments than one tuple holds.</summary>
    [Alias("Many")]
    Task<string> Many(int a, string b, long c, double d, bool e, char f, byte g, string h, int i, ProbeMessage j);

    /// <summary>Throws before its first await.</summary>
    [Alias("ThrowAtOnce")]
    Task ThrowAtOnce(string message);

    /// <summary>Throws after an await.</summary>
    [Alias("ThrowLater")]
    Task<int> ThrowLater(string message);

    /// <summary>Throws after an await, from a value task.</summary>
    [Alias("ThrowValue")]
    ValueTask ThrowValue(string message);

    /// <summary>Throws for cancellation that nobody asked for.</summary>
    [Alias("ThrowCanceled")]
    Task ThrowCanceled();

    /// <summary>Writes after the gate, and may throw, while nobody waits.</summary>
    [OneWay]
    [Alias("Tell")]
    Task Tell(string gate, bool fail);

    /// <summary>Whether code before and after awaits, and in a task of the pool, runs on the activation's scheduler.</summary>
    [Alias("Schedulers")]
    Task<(bool First, bool AfterAwait, bool InPool, bool AfterPool, bool Unbound)> Schedulers();

    /// <summary>Waits for cancellation; says whether its callback ran in a turn.</summary>
    [Alias("WaitForCancellation")]
    Task WaitForCancellation(string name, CancellationToken cancellationToken);

    /// <summary>Whether the token can be cancelled, and is.</summary>
    [Alias("Token")]
    Task<bool> IsCancelled(CancellationToken cancellationToken);

    /// <summary>Calls itself through a reference: an interleaving method.</summary>
    [Alias("CallSelfInterleaving")]
    Task<string> CallSelfInterleaving(string name);

    /// <summary>Calls itself through a reference: a method that cannot run beside this one.</summary>
    [Alias("CallSelf")]
    Task CallSelf();

    /// <summary>What <see cref="CallSelf"/> calls.</summary>
    [ResponseTimeout("00:00:01")]
    [Alias("Never")]
    Task NeverWhileBusy();

    /// <summary>Waits at a gate, with a short time for its callers.</summary>
    [ResponseTimeout("00:00:01")]
    [Alias("HoldShortly")]
    Task HoldShortly(string name);

    /// <summary>Its own key.</summary>
    [Alias("Key")]
    Task<string> Key();

    /// <summary>A reference to itself.</summary>
    [Alias("Self")]
    Task<IProbeGrain> Self();

    /// <summary>The key of the given grain, asked of it.</summary>
    [Alias("KeyOf")]
    Task<string> KeyOf(IProbeGrain other);

    /// <summary>Its own key, which another grain asks of it while it waits.</summary>
    [Alias("KeyThrough")]
    Task<string> KeyThrough(IProbeGrain other);

    /// <summary>Has another grain ask this one, which it passes itself, for its key.</summary>
    [Alias("PassMyself")]
    Task<string> PassMyself(string other);

    /// <summary>Asks for its own end.</summary>
    [Alias("DeactivateSelf")]
    Task DeactivateSelf();

    /// <summary>Starts a timer that writes, and waits at a gate named for it.</summary>
    [Alias("StartTimer")]
    Task StartTimer(string name, TimeSpan due, TimeSpan period, bool interleave, bool fail);

    /// <summary>Stops a timer.</summary>
    [AlwaysInterleave]
    [Alias("StopTimer")]
    Task StopTimer(string name);

    /// <summary>Numbers, each after an await when asked so; its finally block writes.</summary>
    [Alias("Count")]
    IAsyncEnumerable<int> Count(string name, int count, bool yield, CancellationToken cancellationToken = default);

    /// <summary>Numbers until cancelled, each behind a gate named for it.</summary>
    [Alias("Gated")]
    IAsyncEnumerable<int> Gated(string name, CancellationToken cancellationToken = default);

    /// <summary>Numbers, then an exception.</summary>
    [Alias("CountAndThrow")]
    IAsyncEnumerable<int> CountAndThrow(int count, bool yield);
}
