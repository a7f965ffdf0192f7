using System.Text.Json;
using Preble.Cli.CommandLine;

namespace Preble.Cli.Engines;

/// <summary>Prompts of a file: JSON Lines, each an object with <c>prompt_ids</c>.</summary>
internal static class GreedyPrompts
{
    /// <summary>Of the file that a model folder brings along.</summary>
    public const string FileName = "reference.jsonl";

    /// <exception cref="UsageException">The file cannot be read, or a line has no prompt of this vocabulary.</exception>
    public static int[][] Read(string path, int vocabulary)
    {
        string[] lines;
        try
        {
            lines = [.. File.ReadLines(path).Where(line => line.Length > 0)];
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--prompts '{path}' cannot be read: {failed.Message}");
        }

        return lines.Length > 0 ? [.. lines.Select(Prompt)] : throw new UsageException($"--prompts '{path}' has no line; allowed: objects with prompt_ids, one in a line.");

        int[] Prompt(string line, int index)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                int[] ids = [.. document.RootElement.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32())];
                if (ids.Length > 0 && ids.All(id => id >= 0 && id < vocabulary))
                {
                    return ids;
                }
            }
            catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                // What is allowed is the same whatever is wrong.
            }

            throw new UsageException($"--prompts '{path}', line {index + 1}: allowed is an object with prompt_ids, token ids from 0 to {vocabulary - 1}.");
        }
    }
}
