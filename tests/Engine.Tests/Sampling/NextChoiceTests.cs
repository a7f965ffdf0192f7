using Preble.Engine.Sampling;
using Preble.Engine.Tests.Text;
using Preble.Engine.Text;

namespace Preble.Engine.Tests.Sampling;

/// <summary>A choice that a sampler describes is the choice that it would make.</summary>
public sealed class NextChoiceTests
{
    private const int Vocabulary = 64;
    private static readonly Tokenizer Tokenizer = TestFiles.Load(TestFiles.Variant("gpt2"));

    [Fact]
    public void DescribedOrMadeTheChoicesAreTheSame()
    {
        var random = new Random(21);
        for (var round = 0; round < 2000; round++)
        {
            var parameters = AnyParameters(random);
            var seed = (ulong)random.NextInt64();
            var (made, described) = (Sampler(parameters, seed), Sampler(parameters, seed));
            for (var step = 0; step < 12 && made.LastPiece.Finish is null; step++)
            {
                // Multiples of a quarter, so that equal logits are everywhere.
                float[] logits = [.. Enumerable.Range(0, Vocabulary).Select(_ => random.Next(-16, 17) * 0.25f)];
                var choice = described.NextChoice();
                described.NextChoice()!.Value.Adjustments.Span.SequenceEqual(choice!.Value.Adjustments.Span).Should().BeTrue("asking changes nothing");
                var token = described.Accept(DescribedChoice.Take(choice.Value, logits));
                made.Next(logits).Should().Be(token, "with {0}", parameters);
                made.LastPiece.Should().Be(described.LastPiece);
            }
        }
    }

    [Fact]
    public void WhoWantsLogprobsNeedsTheLogits() =>
        Sampler(new() { Logprobs = 0 }, 1).NextChoice().Should().BeNull();

    [Fact]
    public void APlainChoiceHasNoAdjustmentsAndDescribingAllocatesNothing()
    {
        var plain = Sampler(new() { Temperature = 0 }, 1);
        var penal = Sampler(new() { Temperature = 1, RepetitionPenalty = 2 }, 1);
        plain.NextChoice()!.Value.Adjustments.Length.Should().Be(0);
        penal.NextChoice()!.Value.Adjustments.Length.Should().Be(3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 100; step++)
        {
            plain.NextChoice();
            penal.NextChoice();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    private static SequenceSampler Sampler(SamplingParameters parameters, ulong seed) => new(parameters, Tokenizer, [0], [1, 2, 3, 2], seed);

    private static SamplingParameters AnyParameters(Random random) => new()
    {
        Temperature = random.Next(3) == 0 ? 0 : 0.1 + (random.NextDouble() * 1.9),
        TopP = random.Next(2) == 0 ? 1 : 0.1 + (random.NextDouble() * 0.9),
        TopK = random.Next(2) == 0 ? random.Next(-1, 1) : random.Next(1, Vocabulary + 5),
        MinP = random.Next(2) == 0 ? 0 : random.NextDouble() * 0.5,
        RepetitionPenalty = random.Next(2) == 0 ? 1 : 0.5 + random.NextDouble(),
        PresencePenalty = random.Next(2) == 0 ? 0 : random.NextDouble() - 0.5,
        FrequencyPenalty = random.Next(2) == 0 ? 0 : random.NextDouble() - 0.5,
        LogitBias = random.Next(2) == 0 ? [] : new Dictionary<int, double> { [1] = 3, [5] = -100, [63] = 2.5 },
        MinTokens = random.Next(2) == 0 ? 0 : 6,
        StopTokenIds = random.Next(2) == 0 ? [] : [7, 8],
        IgnoreEos = random.Next(3) == 0,
    };
}
