namespace Preble.Silo;

/// <summary>Refuses words on the command line that configuration would pass over in silence.</summary>
internal static class CommandLine
{
    private static readonly IReadOnlyList<string> Names = PrebleOptionsExtensions.Names;

    public static void Check(string[] args)
    {
        for (int index = 0; index < args.Length; index++)
        {
            string word = args[index];
            bool dashed = word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2;
            bool complete = word.IndexOf('=') > 0;
            if (word == "--help" || !(dashed || complete) || (!complete && ++index == args.Length))
            {
                throw new StartupException(
                    $"\"{word}\" is not understood. Options are --urls URL and --Preble:NAME VALUE, where NAME is one of {string.Join(", ", Names)}; README.md explains them.");
            }

            string key = word.TrimStart('-').Split('=')[0];
            string? meant = Names.FirstOrDefault(name => name.Split(':')[^1].Equals(key.Split(':')[^1], StringComparison.OrdinalIgnoreCase));
            if (meant is not null && !key.Equals($"{PrebleOptions.Section}:{meant}", StringComparison.OrdinalIgnoreCase))
            {
                throw new StartupException($"\"{word}\" is not understood; did you mean --{PrebleOptions.Section}:{meant}?");
            }
        }
    }
}
