namespace Preble.Cli.CommandLine;

/// <summary>What was asked for is possible, but did not succeed: a server that does not answer, a disk that is full. One line; the exit code is 1.</summary>
internal sealed class RunFailedException(string message) : Exception(message);
