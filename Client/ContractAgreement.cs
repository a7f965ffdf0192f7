using Preble.Grains.Interfaces;

namespace Preble.Client;

/// <summary>
/// That a cluster's silos have the contracts of this client. It is found out before anything else is sent, and anew when connections came or went: the
/// cluster may be another by then. Any thread.
/// </summary>
internal sealed class ContractAgreement
{
    private int _connection;
    private int _agreedFor = -1;

    /// <summary>Connections came or went.</summary>
    public void Renew() => Interlocked.Increment(ref _connection);

    /// <param name="ask">Asks a silo for its <see cref="ContractVersion"/>.</param>
    /// <exception cref="PrebleException">It has another.</exception>
    public async Task RequireAsync(Func<Task<int>> ask)
    {
        int connection = Volatile.Read(ref _connection);
        if (Volatile.Read(ref _agreedFor) == connection)
        {
            return;
        }

        int theirs = await ask();
        if (theirs != ContractVersion.Current)
        {
            throw FailureTable.OtherContracts(theirs);
        }

        Volatile.Write(ref _agreedFor, connection);
    }
}
