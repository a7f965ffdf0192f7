using Preble.Engine.Sampling;

namespace Preble.Engine.Tests.Sampling;

public sealed class LogitMathTests
{
    [Fact]
    public void ArgmaxIsTheFirstOfTheLargest()
    {
        var random = new Random(3);
        for (var round = 0; round < 5000; round++)
        {
            float[] logits = [.. Enumerable.Range(0, random.Next(1, 70)).Select(_ => random.Next(8) > 0 ? random.Next(-3, 4) : float.NegativeInfinity)];
            if (logits.All(float.IsNegativeInfinity))
            {
                continue;
            }

            LogitMath.Argmax(logits).Should().Be(Array.IndexOf(logits, logits.Max()));
            LogitMath.Max(logits).Should().Be(logits.Max());
        }
    }

    [Fact]
    public void LogitsThatAreNoNumbersAreRefusedWhereverTheyStand()
    {
        for (var length = 1; length < 40; length++)
        {
            for (var at = 0; at < length; at++)
            {
                var logits = new float[length];
                logits[at] = float.NaN;
                FluentActions.Invoking(() => LogitMath.Argmax(logits)).Should().Throw<InvalidOperationException>();
                logits[at] = float.PositiveInfinity;
                FluentActions.Invoking(() => LogitMath.Argmax(logits)).Should().Throw<InvalidOperationException>();
            }

            var banned = Enumerable.Repeat(float.NegativeInfinity, length).ToArray();
            FluentActions.Invoking(() => LogitMath.Argmax(banned)).Should().Throw<InvalidOperationException>();
        }
    }

    [Fact]
    public void ExponentialsAreThoseOfTheLibraryWhereverATokenStands()
    {
        var random = new Random(4);
        for (var length = 1; length < 40; length++)
        {
            float[] logits = [.. Enumerable.Range(0, length).Select(_ => (random.NextSingle() * 40) - 20)];
            var weights = new float[length];
            LogitMath.Exponentials(logits, logits.Max(), 0.7f, weights);
            for (var i = 0; i < length; i++)
            {
                var exact = Math.Exp((logits[i] - logits.Max()) * 0.7f);
                weights[i].Should().BeApproximately((float)exact, (float)(exact * 1e-5) + 1e-30f);
                var alone = new float[1];
                LogitMath.Exponentials(logits.AsSpan(i, 1), logits.Max(), 0.7f, alone);
                alone[0].Should().Be(weights[i]);
            }
        }
    }
}
