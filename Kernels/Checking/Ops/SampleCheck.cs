using Preble.Core.Serving;
using Preble.Kernels.Checking.References;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Checking.Ops;

/// <summary>
/// Adjusted logits to tokens. Greedy choices must be exact; a drawn token must be the one that exact sums give, but for draws that lie on a border
/// within the rounding of sums in float.
/// </summary>
internal static class SampleCheck
{
    private static readonly SampleLimits[] Limits =
    [
        new(1, 0, 1, 0), new(0.7, 0, 0.9, 0), new(1, 40, 1, 0), new(1.3, 50, 0.95, 0), new(0.8, 0, 1, 0.05), new(1, 7, 0.5, 0.01), new(0.05, 0, 0.99, 0), new(5, 1, 1, 0),
        new(2, 0, 1e-6, 0), new(1, 0, 1, 1),
    ];

    /// <summary>Weights that the kernel lists at most.</summary>
    private const int Listed = 4096;
    private static readonly SampleLimits AtListing = new(1, 40, 0.95, 0);

    internal static IEnumerable<CheckCase> Cases(CheckSize size, Values chance)
    {
        yield return Case(1, 8);
        yield return Case(24, 768);
        yield return Case(16, 1000);
        yield return Case(14, 5128);
        yield return Case(1 + chance.Below(12), 8 * (1 + chance.Below(200)));
        if (size == CheckSize.Large)
        {
            yield return Case(256, 32_000);
            yield return Case(64, 128_256);
        }
    }

    private static CheckCase Case(int rows, int vocabulary) => new("sample", $"{rows} rows, vocabulary {vocabulary}", run => Check(run, rows, vocabulary));

    private static void Check(CheckRun run, int rows, int vocabulary)
    {
        float[] logits = run.Values.Singles((long)rows * vocabulary, 0, 6);
        var choices = new SampleChoice[rows];
        var adjustments = new List<TokenAdjustment>();
        for (int row = 0; row < rows; row++)
        {
            choices[row] = Choice(run.Values, row, vocabulary, adjustments.Count);
            Peculiar(run.Values, row, logits.AsSpan(row * vocabulary, vocabulary));
            adjustments.AddRange(Adjust(run.Values, choices[row].AdjustmentCount = Math.Min(row % 4 * 3, vocabulary - 1), vocabulary));
        }

        CheckedArray<int> output = run.Output<int>("tokens", rows);
        run.Op(device => new SampleOp(device)).Run(
            run.Stream, run.Changed("logits", logits).Pointer, run.Input("choices", choices).Pointer, run.Input("adjustments", adjustments.ToArray()).Pointer,
            output.Pointer, rows, vocabulary);

        int[] tokens = output.Read();
        for (int row = 0; row < rows; row++)
        {
            Span<float> own = logits.AsSpan(row * vocabulary, vocabulary);
            SampleChoice choice = choices[row];
            Apply(own, adjustments.Skip(choice.AdjustmentFirst).Take(choice.AdjustmentCount));
            Compare(run, row, tokens[row], own, choice);
        }
    }

    private static void Compare(CheckRun run, int row, int token, ReadOnlySpan<float> logits, SampleChoice choice)
    {
        int likeliest = SampleReference.Greedy(logits);
        if (choice.Temperature == 0 || likeliest < 0)
        {
            run.Exact<int>($"token of row {row}", [token], [likeliest]);
            return;
        }

        var limits = new SampleLimits(choice.Temperature, choice.TopK, choice.TopP, choice.MinP);
        if (!SampleReference.Allows(token, logits, limits, choice.Uniform))
        {
            run.Fail(FormattableString.Invariant($"row {row}: token {token} for the draw {choice.Uniform:G6} with {limits}"));
        }
    }

    /// <summary>Rows take turns: greedy or drawn within limits, now and then with the first draw or the last.</summary>
    private static SampleChoice Choice(Values values, int row, int vocabulary, int adjustmentFirst)
    {
        SampleLimits limits = IsAtListing(row, vocabulary) ? AtListing : Limits[values.Below(Limits.Length)];
        return new SampleChoice
        {
            Uniform = row % 8 switch { 1 => 0, 3 => 1 - (1.0 / (1L << 53)), _ => values.Uniform() },
            Temperature = row % 5 == 0 ? 0 : (float)limits.Temperature,
            TopK = limits.TopK,
            TopP = limits.TopP,
            MinP = (float)limits.MinP,
            AdjustmentFirst = adjustmentFirst,
        };
    }

    /// <summary>What models seldom give: equal logits at the top, hardly different ones, one that is no number, none that is finite, all equal.</summary>
    private static void Peculiar(Values values, int row, Span<float> logits)
    {
        if (IsAtListing(row, logits.Length))
        {
            // What the first histograms leave is just enough to be listed, just too much, or too much until the third.
            int many = row % 13 == 11 ? Listed + 1 : row % 13 == 9 ? Listed : Math.Min(logits.Length, Listed + 900);
            logits.Fill(-50);
            Spread(values, logits[..many], row % 13 == 1 ? 0.0035f : 0.3f);
            return;
        }

        switch (row % 13)
        {
            case 4 or 5:
                logits[values.Below(logits.Length)] = 7;
                logits[values.Below(logits.Length)] = 7;
                logits[values.Below(logits.Length)] = 7;
                break;
            case 6 or 7:
                Spread(values, logits, 0.6f);
                break;
            case 8:
                logits[values.Below(logits.Length)] = float.NaN;
                break;
            case 10:
                logits.Fill(float.NegativeInfinity);
                break;
            case 12:
                logits.Fill(-2.5f);
                break;
        }
    }

    /// <summary>Evenly spread from minus the range to 0 in random order: as near to each other as floats still tell apart whatever the temperature.</summary>
    private static void Spread(Values values, Span<float> logits, float range)
    {
        int[] order = values.Shuffled(logits.Length);
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = -range * order[i] / logits.Length;
        }
    }

    private static bool IsAtListing(int row, int vocabulary) => vocabulary > Listed && (row % 13) is 1 or 9 or 11;

    /// <summary>Changes of different tokens: biases, repetition, penalties and bans.</summary>
    private static IEnumerable<TokenAdjustment> Adjust(Values values, int count, int vocabulary) => values.Shuffled(vocabulary).Take(count).Select(token => values.Below(4) switch
    {
        0 => new TokenAdjustment(token, 5, 1, 0),
        1 => new TokenAdjustment(token, 0, 1.3f, 0),
        2 => new TokenAdjustment(token, 0, 1, float.PositiveInfinity),
        _ => new TokenAdjustment(token, -1.5f, 0.7f, 0.4f),
    });

    private static void Apply(Span<float> logits, IEnumerable<TokenAdjustment> adjustments)
    {
        foreach ((int token, float bias, float repetition, float penalty) in adjustments)
        {
            float x = logits[token] + bias;
            x = repetition == 1 ? x : x > 0 ? x / repetition : x * repetition;
            logits[token] = x - penalty;
        }
    }
}
