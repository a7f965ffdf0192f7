namespace Preble.Silo;

/// <summary>The configuration or the model cannot be served; the message is for the person who started the program.</summary>
internal sealed class StartupException(string message) : Exception(message)
{
    /// <summary>What the process returns.</summary>
    public const int ExitCode = 2;
}
