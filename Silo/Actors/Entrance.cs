using System.Net;
using System.Net.Sockets;

namespace Preble.Silo.Actors;

/// <summary>Calls the roll of the listed silos until this one may join them, and says what it waits for.</summary>
internal sealed class Entrance<TAddress>(ISiloList<TAddress> list, SiloMember<TAddress> own, TimeSpan silenceMax, TimeSpan patience, TimeProvider clock)
    where TAddress : notnull
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(1);

    /// <remarks>What speaks against this silo is looked at twice: one that starts again takes connections before the list tells it from its earlier start.</remarks>
    /// <exception cref="StartupException">A silo leaves no place for this one, or lives and cannot be reached.</exception>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        var roll = new RollCall<TAddress>(own, silenceMax);
        long begun = clock.GetTimestamp();
        bool told = false;
        for (bool refused = false; ; await Task.Delay(Pause, clock, cancellationToken))
        {
            ListedSilo<TAddress>[] listed = await list.ReadAsync();
            bool[] answers = await Task.WhenAll(listed.Select(silo => AnswersAsync(silo.EndPoint, cancellationToken)));
            TimeSpan waited = clock.GetElapsedTime(begun);
            IReadOnlyList<SilentSilo<TAddress>> silent;
            try
            {
                silent = roll.Call(listed.Zip(answers), waited);
            }
            catch (StartupException) when (!refused)
            {
                refused = true;
                continue;
            }

            refused = false;
            if (silent.Count == 0)
            {
                return;
            }

            string names = string.Join(", ", silent.Select(silo => $"\"{silo.Listed.Member.Title.Name}\" at {silo.Listed.EndPoint}"));
            if (waited > patience)
            {
                throw new StartupException($"Preble:Cluster:Address may be wrong: silos of the cluster write that they live but do not answer here: {names}.");
            }

            if (!told)
            {
                told = true;
                Console.Error.WriteLine($"preble: the cluster lists silos that do not answer, and waits {silenceMax.TotalSeconds:0.#} s for a sign that they live: {names}.");
            }

            foreach (SilentSilo<TAddress> dead in silent.Where(silo => silo.IsDead))
            {
                await list.DeclareDeadAsync(dead.Listed.Member.Address);
            }
        }
    }

    private static async Task<bool> AnswersAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectLimit);
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint, limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
