using System.Net.Sockets;

namespace Preble.Silo;

/// <summary>The configuration or the model cannot be served; the message is for the person who started the program.</summary>
internal sealed class StartupException(string message) : Exception(message)
{
    /// <summary>What the process returns.</summary>
    public const int ExitCode = 2;

    /// <summary>
    /// Whether the message of what ended the start is enough for the person who started it: an address in use, foreign
    /// or wrong, https without a certificate, too little memory.
    /// </summary>
    public static bool Explains(Exception exception) =>
        exception is StartupException
            or IOException or SocketException or UnauthorizedAccessException
            or InvalidOperationException or ArgumentException or FormatException or OutOfMemoryException;
}
