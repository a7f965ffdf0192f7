using Preble.Cli.CommandLine;

namespace Preble.Cli.Serving;

/// <summary>What makes a request a good one: none of the limits given is passed. As vLLM's <c>--goodput</c>.</summary>
/// <param name="TtftMs">Time to the first token; null for no limit.</param>
/// <param name="TpotMs">Time of a token after the first; a request with one token has 0.</param>
/// <param name="E2elMs">Time to the last token.</param>
internal sealed record GoodputLimits(double? TtftMs, double? TpotMs, double? E2elMs)
{
    /// <summary>What may be said, in words.</summary>
    public const string Allowed = "ttft:MS, tpot:MS and e2el:MS with milliseconds above 0, each once";

    /// <param name="words">Such as <c>ttft:500</c>, in milliseconds.</param>
    /// <param name="wrong">What is wrong with them; null if nothing is.</param>
    public static GoodputLimits? Parse(IEnumerable<string> words, out string? wrong)
    {
        var limits = new GoodputLimits(null, null, null);
        wrong = null;
        foreach (string word in words.SelectMany(ValueOptions.Parts))
        {
            string[] parts = word.Split(':');
            if (parts.Length != 2 || parts[0] is not ("ttft" or "tpot" or "e2el") || !ValueOptions.TryReal(parts[1], out double ms) || !(ms > 0))
            {
                wrong = $"--goodput '{word}' is not understood; allowed: {Allowed}.";
                return null;
            }

            bool twice = (parts[0] == "ttft" ? limits.TtftMs : parts[0] == "tpot" ? limits.TpotMs : limits.E2elMs) is not null;
            if (twice)
            {
                wrong = $"--goodput has '{parts[0]}' twice; allowed: {Allowed}.";
                return null;
            }

            limits = parts[0] switch
            {
                "ttft" => limits with { TtftMs = ms },
                "tpot" => limits with { TpotMs = ms },
                _ => limits with { E2elMs = ms },
            };
        }

        return limits;
    }

    /// <summary>Whether a completed request keeps all limits.</summary>
    public bool Admit(StreamMeasurement request) =>
        !(request.TtftSeconds * 1000 > TtftMs) && !(request.TpotSeconds * 1000 > TpotMs) && !(request.LatencySeconds * 1000 > E2elMs);
}
