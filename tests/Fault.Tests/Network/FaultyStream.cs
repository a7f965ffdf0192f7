namespace Preble.Fault.Tests.Network;

/// <summary>An enumeration whose reads may fail; the producer then hears of that, or is left to notice by itself.</summary>
internal sealed class FaultyStream<T>(FaultyNetwork network, Call call, Func<IAsyncEnumerable<T>> open) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Reader(network, call, open(), cancellationToken);

    private sealed class Reader(FaultyNetwork network, Call call, IAsyncEnumerable<T> inner, CancellationToken cancellationToken) : IAsyncEnumerator<T>
    {
        private readonly IAsyncEnumerator<T> _inner = inner.GetAsyncEnumerator(cancellationToken);
        private bool _broken;

        public T Current => _inner.Current;

        public async ValueTask<bool> MoveNextAsync()
        {
            if (call.Obstacle is not null)
            {
                _broken = true;
                await call.PassAsync();
            }

            (bool breaks, bool hangs) = network.NextRead(call);
            if (breaks || hangs)
            {
                _broken = true;
                if (!hangs)
                {
                    throw new SiloUnavailableException($"The connection to {call} broke.");
                }

                await network.Clock.Delay(FaultyNetwork.ResponseTimeout, cancellationToken);
                throw new TimeoutException($"No response from {call}.");
            }

            return await _inner.MoveNextAsync();
        }

        public ValueTask DisposeAsync() => _broken && network.IsForgetful() ? ValueTask.CompletedTask : _inner.DisposeAsync();
    }
}
