namespace Preble.Silo.Engines;

/// <summary>Hears of an engine, on the engine's thread: it must not wait.</summary>
internal interface IEngineObserver
{
    /// <summary>Takes in the state between two steps.</summary>
    /// <param name="core">The engine; read it during the call.</param>
    /// <param name="last">Whether no step follows soon, so that what is reported must be of this moment.</param>
    void Offer(EngineCore core, bool last);

    /// <summary>Tells that the engine has ended; nothing follows.</summary>
    void Lost();
}
