namespace Preble.Cli.CommandLine;

/// <summary>Text from elsewhere, fit for a line of a terminal.</summary>
internal static class OneLine
{
    /// <summary>Line ends become spaces, and other control characters, which could steer the terminal, question marks.</summary>
    public static string Of(string text) => string.Concat(text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c));
}
