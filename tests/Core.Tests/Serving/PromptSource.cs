namespace Preble.Core.Tests.Serving;

/// <summary>
/// Prompts that share prefixes as real ones do: a few system prompts, documents behind them, questions behind those; sometimes an old prompt again.
/// </summary>
internal sealed class PromptSource
{
    private readonly Random _random;
    private readonly int[][] _stems;
    private readonly List<int[]> _old = [];

    public PromptSource(Random random, int pageTokens)
    {
        _random = random;
        int[][] systems = [.. Enumerable.Range(0, 3).Select(_ => Some(Math.Min(2 * pageTokens, 32) + random.Next(Math.Min(pageTokens, 8))))];
        _stems = [.. systems, .. systems.SelectMany(system => Enumerable.Range(0, 3).Select(_ => (int[])[.. system, .. Some(random.Next(1, 30))]))];
    }

    public (int[] Tokens, ulong Tenant) Next()
    {
        int[] tokens = _old.Count > 0 && _random.Next(4) == 0
            ? _old[_random.Next(_old.Count)]
            : [.. _stems[_random.Next(_stems.Length)], .. Some(_random.Next(0, 20))];
        if (_random.Next(30) == 0) tokens = Some(_random.Next(1, 140));
        if (_old.Count < 20) _old.Add(tokens);
        else _old[_random.Next(20)] = tokens;
        return (tokens, (ulong)_random.Next(1, 4));
    }

    private int[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(1, TokenHistory.VocabularySize))];
}
