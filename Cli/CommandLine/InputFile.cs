namespace Preble.Cli.CommandLine;

/// <summary>What the program reads.</summary>
internal static class InputFile
{
    /// <exception cref="UsageException">It is no regular file with something in it: a pipe may wait for ever, and a device never end.</exception>
    public static void Check(string option, string path, string allowed)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"{option} '{path}' is a folder; allowed: {allowed}.");
        }

        if (File.Exists(path) && !RealFile.Of(path).IsRegular)
        {
            throw new UsageException($"{option} '{path}' is empty, or a pipe or device; allowed: {allowed}.");
        }
    }
}
