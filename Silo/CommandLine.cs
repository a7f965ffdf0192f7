namespace Preble.Silo;

/// <summary>Refuses words on the command line that configuration would pass over in silence.</summary>
internal static class CommandLine
{
    public static void Check(string[] args)
    {
        for (int index = 0; index < args.Length; index++)
        {
            string word = args[index];
            bool named = word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2;
            if (named && !word.Contains('='))
            {
                index++;
            }

            if (!named || word is "--help" || index == args.Length)
            {
                string names = string.Join(", ", typeof(PrebleOptions).GetProperties().Select(property => property.Name));
                throw new StartupException(
                    $"\"{word}\" is not understood. Options are --urls URL and --{PrebleOptions.Section}:NAME VALUE, where NAME is one of {names}; README.md explains them.");
            }
        }
    }
}
