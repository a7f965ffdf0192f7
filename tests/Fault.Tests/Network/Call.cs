using System.Reflection;
using Preble.Fault.Tests.World;

namespace Preble.Fault.Tests.Network;

/// <summary>One call on its way.</summary>
internal sealed class Call(FaultyNetwork network, object grain, string from, string key, MethodInfo method, object?[] args)
{
    private readonly CancellationToken _cancellationToken = args.OfType<CancellationToken>().FirstOrDefault();

    private TimeSpan Timeout => method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout ?? FaultyNetwork.ResponseTimeout;

    public override string ToString() => $"{method.DeclaringType!.Name}.{method.Name} of {key}";

    public Task SendAsync() => CarryAsync<object?>(async () =>
    {
        await (Task)Invoke();
        return null;
    });

    public Task<T> AskAsync<T>() => CarryAsync(() => (Task<T>)Invoke());

    public IAsyncEnumerable<T> Enumerate<T>() => new FaultyStream<T>(network, this, () => (IAsyncEnumerable<T>)Invoke());

    /// <summary>The silo at the other end, or at this one, that lets nothing through; null for a way that is free.</summary>
    public SimulatedSilo? Obstacle => network.Obstacle(from) ?? network.Obstacle(key);

    private Task<T> CarryAsync<T>(Func<Task<T>> deliver)
    {
        Fate fate = network.NextFate(this);
        SimulatedSilo? obstacle = Obstacle;
        if (fate == default && obstacle is null)
        {
            return deliver();
        }

        var reply = new TaskCompletionSource<T>();
        _ = network.Simulation.Thread.Start(() => CarryAsync(deliver, fate, reply));
        network.Clock.After(Timeout, () => reply.TrySetException(new TimeoutException($"No response from {this}.")));
        _cancellationToken.UnsafeRegister(static (reply, token) => ((TaskCompletionSource<T>)reply!).TrySetCanceled(token), reply);
        return reply.Task;
    }

    private async Task CarryAsync<T>(Func<Task<T>> deliver, Fate fate, TaskCompletionSource<T> reply)
    {
        try
        {
            if (fate.IsRefused)
            {
                throw new OrleansMessageRejectionException($"{this} was rejected.");
            }

            if (fate.IsCancelled)
            {
                throw new TaskCanceledException($"The look for the grain of {this} was cancelled.");
            }

            if (fate.Delay > TimeSpan.Zero)
            {
                await network.Clock.Delay(fate.Delay);
            }

            await PassAsync();
            if (fate.IsLost)
            {
                return;
            }

            if (fate.Again is { } again)
            {
                network.Clock.After(again, () => _ = network.Simulation.Thread.Start(() => RepeatAsync(deliver)));
            }

            T result = await deliver();
            if (fate.ReplyDelay > TimeSpan.Zero)
            {
                await network.Clock.Delay(fate.ReplyDelay);
            }

            if (!fate.IsReplyLost)
            {
                reply.TrySetResult(result);
            }
        }
        catch (Exception exception)
        {
            reply.TrySetException(exception);
        }
    }

    /// <summary>Waits at a dead end until that is known, and fails then.</summary>
    public async Task PassAsync()
    {
        if (Obstacle is { } obstacle)
        {
            Task known = obstacle.FoundDead.Task;
            await Task.WhenAny(known, network.Clock.Delay(Timeout, _cancellationToken));
            throw known.IsCompleted ? new SiloUnavailableException($"The silo of {this} is dead.") : new TimeoutException($"No response from {this}.");
        }
    }

    private static async Task RepeatAsync<T>(Func<Task<T>> deliver)
    {
        try
        {
            await deliver();
        }
        catch (Exception)
        {
            // Nobody waits for it.
        }
    }

    private object Invoke() => method.Invoke(grain, BindingFlags.DoNotWrapExceptions, null, args, null)!;
}
