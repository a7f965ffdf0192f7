using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Preble.Embedded.Activations;
using Preble.Embedded.Hosting;

namespace Preble.Embedded;

/// <summary>Runs grains in this process: no network, no storage, no membership. Thread-safe.</summary>
public sealed class EmbeddedHost : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan ResolutionMax = TimeSpan.FromSeconds(1);

    private readonly GrainCatalog _catalog;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeSpan _collectionPeriod;
    private readonly ServiceProvider? _ownServices;
    private readonly Lock _stopGate = new();
    private Task? _stopped;
    private long _collectedAt;

    internal EmbeddedHost(EmbeddedActorOptions options, IServiceProvider services, ServiceProvider? ownServices)
    {
        options.Validate();
        Services = services;
        _ownServices = ownServices;
        _collectionPeriod = options.CollectionPeriod;
        ResponseTimeout = options.ResponseTimeout;
        ActivationTimeout = options.ActivationTimeout;
        DeactivationTimeout = options.DeactivationTimeout;
        QueuedMessagesMax = options.QueuedMessagesMax;
        Executor = new Executor(options.Scheduler);
        Stopping = _stopping.Token;
        Log = new HostLog(services.GetService<ILogger<EmbeddedHost>>() ?? NullLogger<EmbeddedHost>.Instance);
        TimeSpan resolution = ResponseTimeout < ResolutionMax ? ResponseTimeout : ResolutionMax;
        Clock = new HostClock(services.GetService<TimeProvider>() ?? TimeProvider.System, resolution, OnTick);
        _catalog = new GrainCatalog(this, options.GrainClasses, options.IdleAge);
        GrainFactory = options.Network(new GrainFactory(_catalog));
        Clock.Start();
    }

    /// <summary>Gives references to the grains of this host.</summary>
    public IGrainFactory GrainFactory { get; }

    /// <summary>The services that grains are made with.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Number of activations in memory now.</summary>
    public int ActivationCount => _catalog.All.Sum(static activations => activations.Count);

    internal HostClock Clock { get; }

    internal Executor Executor { get; }

    internal HostLog Log { get; }

    internal WatchList Watch { get; } = new();

    internal TimeSpan ResponseTimeout { get; }

    internal TimeSpan ActivationTimeout { get; }

    internal TimeSpan DeactivationTimeout { get; }

    internal int QueuedMessagesMax { get; }

    internal CancellationToken Stopping { get; }

    internal bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>Starts a host.</summary>
    /// <param name="configure">Adds grain classes and sets limits.</param>
    /// <param name="services">
    /// Services that grains are made with, and a <see cref="TimeProvider"/> if time is not the system's; null for none but logging. They
    /// outlive the host.
    /// </param>
    /// <exception cref="ArgumentException">Two classes have the same grain type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not over zero.</exception>
    public static EmbeddedHost Start(Action<EmbeddedActorOptions> configure, IServiceProvider? services = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new EmbeddedActorOptions();
        configure(options);
        ServiceProvider? own = services is null ? new ServiceCollection().AddLogging().BuildServiceProvider() : null;
        return new EmbeddedHost(options, services ?? own!, own);
    }

    /// <summary>
    /// Deactivates every activation: requests that run end, those that wait fail with <see cref="SiloUnavailableException"/>, as does every
    /// later call. Further calls of this wait for the first.
    /// </summary>
    /// <param name="cancellationToken">
    /// When cancelled, activations that have not ended are given up: their callers get <see cref="SiloUnavailableException"/>.
    /// </param>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        lock (_stopGate) return _stopped ??= StopOnceAsync(cancellationToken);
    }

    /// <summary>Stops, and waits for no longer than <see cref="EmbeddedActorOptions.DeactivationTimeout"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(DeactivationTimeout, Clock.Time);
        await StopAsync(limit.Token).ConfigureAwait(false);
        if (_ownServices is not null) await _ownServices.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>As <see cref="DisposeAsync"/>, for a container that is disposed of without waiting. Not within a turn, which would wait for itself.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    internal SiloUnavailableException Unavailable() => new("The host of the grain has stopped or is stopping, and takes no more calls.");

    internal IEnumerable<Activation> Activations() => _catalog.All.SelectMany(static activations => activations.All);

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        // Off the caller's thread and context, which may be those of a turn.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _stopping.Cancel();
        try
        {
            // More than once: calls that were under way when the stop began may have made activations since.
            while (Activations().ToList() is { Count: > 0 } activations)
            {
                foreach (Activation activation in activations)
                {
                    activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The host stops."), cancellationToken);
                }

                await Task.WhenAll(activations.Select(static activation => activation.Deactivated)).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            List<Activation> left = Activations().ToList();
            Log.Abandoned(left.Count);
            foreach (Activation activation in left) activation.Abandon(Unavailable());
        }
        finally
        {
            Clock.Dispose();
        }
    }

    private void OnTick(long now)
    {
        Watch.Sweep(now);
        if (now - _collectedAt < _collectionPeriod.Ticks) return;
        _collectedAt = now;
        foreach (Activation activation in Activations()) activation.Collect(now);
    }
}
