namespace Preble.Silo.Gateway;

/// <summary>Ends requests that still run some time after the program was told to stop.</summary>
internal sealed class Drain : IDisposable
{
    private readonly CancellationTokenSource _over;

    public Drain(IHostApplicationLifetime lifetime, PrebleOptions options, TimeProvider clock)
    {
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        lifetime.ApplicationStopping.Register(() => _over.CancelAfter(TimeSpan.FromSeconds(options.DrainSeconds)));
    }

    /// <summary>Cancelled when the time is over.</summary>
    public CancellationToken Over => _over.Token;

    public void Dispose() => _over.Dispose();
}
