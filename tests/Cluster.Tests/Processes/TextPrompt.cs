namespace Preble.Cluster.Tests.Processes;

/// <summary>A call whose text is the same whenever and wherever it runs.</summary>
/// <param name="Number">Which.</param>
/// <param name="Body">As posted to /v1/completions.</param>
internal sealed record TextPrompt(int Number, object Body)
{
    private const int NewTokens = 96;
    private static readonly string[] People = ["Tavo", "Mirel", "Oska", "Brin", "Jelu"];
    private static readonly string[] Towns = ["Pemor", "Makel", "Zorvi", "Dasten", "Ulvik"];

    /// <summary>Documents that several share, one half greedy, the other drawn with a seed.</summary>
    public static TextPrompt[] Make(int count) => [.. Enumerable.Range(0, count).Select(number => new TextPrompt(number, BodyOf(number)))];

    private static object BodyOf(int number)
    {
        int document = number / People.Length;
        string facts = string.Concat(Enumerable.Range(0, 12).Select(line => $"{People[(line + document) % 5]} number {line} lives in {Towns[(line * document) % 5]}.\n"));
        string prompt = $"Document {document}.\n{facts}Question: where does {People[number % 5]} live?\nAnswer:";
        return number % 2 == 0
            ? new { model = "demo", prompt, max_tokens = NewTokens, ignore_eos = true, stream = true, temperature = 0.0, seed = 0 }
            : new { model = "demo", prompt, max_tokens = NewTokens, ignore_eos = true, stream = true, temperature = 0.9, seed = number };
    }
}
