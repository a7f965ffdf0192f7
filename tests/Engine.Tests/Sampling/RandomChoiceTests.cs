using Preble.Engine.Sampling;

namespace Preble.Engine.Tests.Sampling;

public sealed class RandomChoiceTests
{
    [Fact]
    public void DrawsWithTheProbabilitiesOfTheDefinition()
    {
        var random = new Random(5);
        for (var round = 0; round < 60; round++)
        {
            float[] logits = [.. Enumerable.Range(0, random.Next(2, 40)).Select(_ => (random.NextSingle() * 8) - 4)];
            var parameters = AnyParameters(random, logits.Length);
            var expected = Probabilities(logits, parameters);
            const int draws = 4000;
            var counts = new int[logits.Length];
            for (var n = 0UL; n < draws; n++)
            {
                counts[RandomChoice.Draw((float[])logits.Clone(), parameters, CounterRandom.Uniform((ulong)round, n))]++;
            }

            for (var id = 0; id < logits.Length; id++)
            {
                // Six standard deviations; tokens outside of the selection are never drawn.
                var margin = expected[id] == 0 ? 0 : (6 * Math.Sqrt(expected[id] * (1 - expected[id]) / draws)) + (2.0 / draws);
                (counts[id] / (double)draws).Should().BeApproximately(expected[id], margin, "of token {0} with {1}", id, parameters);
            }

            var chiSquare = Enumerable.Range(0, logits.Length).Where(id => expected[id] > 0.002)
                .Sum(id => Math.Pow(counts[id] - (draws * expected[id]), 2) / (draws * expected[id]));
            chiSquare.Should().BeLessThan(40 + (3 * logits.Length));
        }
    }

    [Fact]
    public void SelectsWhatASortWouldSelect()
    {
        // Few different weights, so that ties are everywhere.
        var random = new Random(6);
        for (var round = 0; round < 3000; round++)
        {
            var count = random.Next(1, 60);
            float[] weights = [.. Enumerable.Range(0, count).Select(_ => random.Next(1, 6) * 0.25f)];
            int[] ids = [.. Enumerable.Range(0, count)];
            var order = ids.OrderByDescending(id => weights[id]).ThenBy(id => id).ToList();
            var (keep, share) = (random.Next(1, count + 1), (random.NextDouble() * 0.99) + 0.005);

            var (w, i) = ((float[])weights.Clone(), (int[])ids.Clone());
            i.Take(new PartialSelection(w, i).KeepLargest(keep)).Order().Should().Equal(order.Take(keep).Order());
            i.Select(id => weights[id]).Should().Equal(w, "weights and ids move together");

            (w, i) = ((float[])weights.Clone(), (int[])ids.Clone());
            var (sum, nucleus) = (0.0, 0);
            while (sum < share * weights.Sum())
            {
                sum += weights[order[nucleus++]];
            }

            i.Take(new PartialSelection(w, i).KeepNucleus(count, share)).Order().Should().Equal(order.Take(nucleus).Order());
        }
    }

    [Theory]
    [InlineData(1, 1.0, 0.0)]
    [InlineData(0, 1e-9, 0.0)]
    [InlineData(0, 1.0, 1.0)]
    public void TheNarrowestSelectionIsGreedy(int topK, double topP, double minP)
    {
        var random = new Random(7);
        var parameters = new SamplingParameters { Temperature = 2, TopK = topK, TopP = topP, MinP = minP };
        for (var round = 0; round < 500; round++)
        {
            float[] logits = [.. Enumerable.Range(0, 100).Select(_ => random.NextSingle() * 10)];
            var argmax = LogitMath.Argmax(logits);
            RandomChoice.Draw(logits, parameters, random.NextDouble()).Should().Be(argmax);
        }
    }

    [Fact]
    public void BannedTokensAreNeverDrawn()
    {
        var random = new Random(8);
        for (var round = 0; round < 2000; round++)
        {
            float[] logits = [.. Enumerable.Range(0, 20).Select(id => id % 3 == 0 ? 1f : float.NegativeInfinity)];
            RandomChoice.Draw(logits, AnyParameters(random, 20), round % 2 == 0 ? 0 : 1 - 1e-16).Should().Match(id => id % 3 == 0);
        }
    }

    [Fact]
    public void ManyEqualLogitsAreSelectedInLinearWork()
    {
        // Equal weights are the worst case of a careless quickselect.
        var logits = new float[200_000];
        RandomChoice.Draw(logits, new SamplingParameters { TopK = 100_000, TopP = 0.5 }, 0.5).Should().BeInRange(0, 50_000);
    }

    private static SamplingParameters AnyParameters(Random random, int vocabulary) => new()
    {
        Temperature = (random.NextDouble() * 1.9) + 0.1,
        TopK = random.Next(3) == 0 ? random.Next(1, vocabulary + 2) : random.Next(-1, 1),
        TopP = random.Next(2) == 0 ? (random.NextDouble() * 0.98) + 0.01 : 1,
        MinP = random.Next(3) == 0 ? random.NextDouble() * 0.3 : 0,
    };

    /// <summary>By sorting, in double precision.</summary>
    private static double[] Probabilities(float[] logits, SamplingParameters parameters)
    {
        var weights = logits.Select(l => Math.Exp((l - logits.Max()) / parameters.Temperature)).ToArray();
        var kept = Enumerable.Range(0, logits.Length)
            .Where(id => weights[id] >= parameters.MinP)
            .OrderByDescending(id => weights[id]).ThenBy(id => id).ToList();
        kept = parameters.TopK > 0 ? [.. kept.Take(parameters.TopK)] : kept;
        var (total, sum, count) = (kept.Sum(id => weights[id]), 0.0, 0);
        while (count < kept.Count && sum < parameters.TopP * total)
        {
            sum += weights[kept[count++]];
        }

        kept = parameters.TopP < 1 ? [.. kept.Take(count)] : kept;
        var probabilities = new double[logits.Length];
        kept.ForEach(id => probabilities[id] = weights[id] / kept.Sum(other => weights[other]));
        return probabilities;
    }
}
