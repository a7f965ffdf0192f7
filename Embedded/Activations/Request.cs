namespace Preble.Embedded.Activations;

/// <summary>
/// One thing to run on an activation: a call, a timer tick, a read of an enumeration. It ends once, for whoever waits: with what
/// <see cref="Start"/> came to, or before by <see cref="Fail"/> or <see cref="Expire"/>, after which what it came to is dropped.
/// </summary>
internal abstract class Request
{
    // Owned by the RequestQueue that holds this, under the gate of its activation.
    internal Request? Previous;
    internal Request? Next;
    internal RequestPlace Place;
    internal long Order;

    /// <summary>The activation that has accepted this; changes when a successor takes over, under the gates of both.</summary>
    internal volatile Activation? Owner;

    /// <summary>How this runs beside others.</summary>
    public abstract RequestKind Kind { get; }

    /// <summary>Whether it counts as use of the activation.</summary>
    public virtual bool KeepsActive => true;

    /// <summary>Whether it belongs to one activation only, and ends with it.</summary>
    public virtual bool IsLocal => false;

    /// <summary>When it was sent, in ticks of the host's clock.</summary>
    public long SentAt { get; protected set; }

    /// <summary>How long it may take, in ticks of the host's clock, before <see cref="Expire"/>.</summary>
    public virtual long LifetimeTicks => long.MaxValue;

    /// <summary>Runs the first turn. Called once, within a turn.</summary>
    /// <param name="activation">Where it runs.</param>
    /// <returns>True when it has ended; else it calls <see cref="Activation.End"/> once, later.</returns>
    public abstract bool Start(Activation activation);

    /// <summary>
    /// Tells whoever waits what <see cref="Start"/> came to. Called once, when it has ended and is out of its queue: whoever gets a result
    /// finds that the request no longer counts, neither against a limit nor as use.
    /// </summary>
    public virtual void Publish()
    {
    }

    /// <summary>Ends it with an exception. Called at most once with effect, from any thread.</summary>
    /// <param name="exception">What the caller gets.</param>
    public abstract void Fail(Exception exception);

    /// <summary>Ends it because its lifetime is over. From any thread.</summary>
    /// <param name="activation">Where it waits or runs.</param>
    public virtual void Expire(Activation activation)
    {
    }
}
