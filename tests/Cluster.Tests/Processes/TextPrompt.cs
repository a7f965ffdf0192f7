namespace Preble.Cluster.Tests.Processes;

/// <summary>A call whose text is the same whenever and wherever it runs.</summary>
/// <param name="Number">Which.</param>
/// <param name="Body">As posted to /v1/completions.</param>
internal sealed record TextPrompt(int Number, object Body)
{
    private const int NewTokens = 96;
    private static readonly string[] People = ["Tavo", "Mirel", "Oska", "Brin", "Jelu"];
    private static readonly string[] Towns = ["Pemor", "Makel", "Zorvi", "Dasten", "Ulvik"];

    /// <summary>Begun by much of what the model writes, so that text is held back, and ended by none of it.</summary>
    private static readonly string[] Stops = ["lives in Pemor!", "was born in 19?", " works for !"];

    /// <summary>Documents that several share; some greedy, some drawn with a seed, some of either with penalties and stop strings.</summary>
    public static TextPrompt[] Make(int count) => [.. Enumerable.Range(0, count).Select(number => new TextPrompt(number, BodyOf(number)))];

    private static object BodyOf(int number)
    {
        int document = number / People.Length;
        string facts = string.Concat(Enumerable.Range(0, 12).Select(line => $"{People[(line + document) % 5]} number {line} lives in {Towns[(line * document) % 5]}.\n"));
        string prompt = $"Document {document}.\n{facts}Question: where does {People[number % 5]} live?\nAnswer:";
        bool isPenalised = number % 4 >= 2;
        return new
        {
            model = "demo",
            prompt,
            max_tokens = NewTokens,
            ignore_eos = true,
            stream = true,
            temperature = number % 2 == 0 ? 0.0 : 0.9,
            seed = number,
            frequency_penalty = isPenalised ? 0.4 : 0.0,
            presence_penalty = isPenalised ? 0.2 : 0.0,
            repetition_penalty = isPenalised ? 1.1 : 1.0,
            stop = isPenalised ? Stops : null,
        };
    }
}
