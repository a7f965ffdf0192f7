namespace Preble.Silo.Actors;

/// <summary>The registers of the other silos.</summary>
internal interface IControlPeers
{
    /// <summary>The other silos that live, by the list of silos as it is known here.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>Reads the list anew.</summary>
    Task RefreshAsync();

    /// <summary><see cref="ControlRegister.HasAsync"/> of another silo; fails, within a few seconds, where it cannot be asked.</summary>
    Task<bool> AskAsync(string silo, string grain, string? claimant);
}
