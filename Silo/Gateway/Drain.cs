namespace Preble.Silo.Gateway;

/// <summary>
/// How a gateway leaves. Told to stop, it is not ready (<see cref="HealthApi"/>) but serves on for the notice, so that who balances load sends nothing more
/// before nothing more is taken. Then it takes no connections, and some time later requests that still run are ended.
/// </summary>
internal sealed class Drain : IHostedLifecycleService, IDisposable
{
    /// <summary>Of a gateway in a cluster, unless told otherwise: longer than balancers leave between two questions, mostly.</summary>
    private const double ClusterNoticeSeconds = 3;

    private readonly CancellationTokenSource _over;
    private readonly TimeSpan _notice;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _clock;
    private int _begun;

    public Drain(IHostApplicationLifetime lifetime, PrebleOptions options, SiloIdentity silo, TimeProvider clock)
    {
        _clock = clock;
        _notice = Notice(options, silo);
        _limit = _notice + TimeSpan.FromSeconds(options.DrainSeconds);
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        lifetime.ApplicationStopping.Register(Begin);
    }

    /// <summary>Whether the program was told to stop.</summary>
    public bool HasBegun => Volatile.Read(ref _begun) == 1;

    /// <summary>Cancelled when the time is over.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>For how long a silo that was told to stop takes requests: one that is alone has nobody to take them instead.</summary>
    public static TimeSpan Notice(PrebleOptions options, SiloIdentity silo) =>
        !silo.IsGateway ? TimeSpan.Zero : TimeSpan.FromSeconds(options.NoticeSeconds ?? (options.Cluster.Redis.Length > 0 ? ClusterNoticeSeconds : 0));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Nothing of the program stops before this has ended.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Begin();
        await Task.Delay(_notice, _clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _over.Dispose();

    /// <summary>A signal comes before the host stops; who stops the host in code gives none.</summary>
    private void Begin()
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
        {
            _over.CancelAfter(_limit);
        }
    }
}
