namespace Preble.Silo.Actors;

/// <summary>The registers of the other silos.</summary>
internal interface IControlPeers
{
    /// <summary>Asks each silo that may have a grain for it: <see cref="ControlRegister.AnswerAsync"/>, or a failure where it cannot be asked.</summary>
    IEnumerable<Task<string?>> AskAll(string grain, string? claimant);
}
