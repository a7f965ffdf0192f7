namespace Preble.Cli.CommandLine;

/// <summary>How the program ends.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>Something failed while it ran.</summary>
    public const int Failed = 1;

    /// <summary>What was asked for cannot be done as asked.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl-C or SIGTERM, as shells count it: 128 and the number of SIGINT.</summary>
    public const int Interrupted = 130;
}
