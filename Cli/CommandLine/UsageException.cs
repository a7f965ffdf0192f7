namespace Preble.Cli.CommandLine;

/// <summary>What the user asked for cannot be done as asked. The message is one line that says what is wrong and what is allowed; the exit code is 2.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>What Core refused, without what .NET adds to the message of an argument's exception.</summary>
    public static UsageException From(Exception refusal)
    {
        int suffix = refusal.Message.LastIndexOf(" (Parameter '", StringComparison.Ordinal);
        return new UsageException(suffix < 0 ? refusal.Message : refusal.Message[..suffix]);
    }
}
