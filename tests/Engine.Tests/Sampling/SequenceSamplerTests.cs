using Preble.Core;
using Preble.Core.Serving;
using Preble.Engine.Sampling;
using Preble.Engine.Tests.Text;
using Preble.Engine.Text;

namespace Preble.Engine.Tests.Sampling;

public sealed class SequenceSamplerTests
{
    private const int Letters = 128;
    private static readonly Tokenizer Tokenizer = TestFiles.Load(TestFiles.Variant("gpt2"));
    private static readonly int End = Id("<|end|>");

    [Fact]
    public void ASequenceResumedAnywhereGoesOnAsIfNothingHadHappened()
    {
        var random = new Random(9);
        for (var round = 0; round < 400; round++)
        {
            var parameters = AnyParameters(random);
            var seed = (ulong)random.NextInt64();
            var whole = Run(parameters, seed, [], 40);
            for (var cut = 0; cut <= whole.Tokens.Count; cut++)
            {
                int[] before = [.. whole.Tokens.Take(cut)];
                var rest = Run(parameters, seed, before, 40 - cut);
                rest.Tokens.Should().Equal(whole.Tokens.Skip(cut));
                (string.Concat(whole.Texts.Take(cut)) + string.Concat(rest.Texts)).Should().Be(string.Concat(whole.Texts));
                rest.Finish.Should().Be(whole.Finish);
                rest.StopString.Should().Be(whole.StopString);
            }
        }
    }

    [Fact]
    public void TheTextIsThatOfTheTokensCutAtTheStopString()
    {
        var random = new Random(10);
        for (var round = 0; round < 1000; round++)
        {
            var parameters = AnyParameters(random) with { MinTokens = 0, IncludeStopInOutput = false };
            var run = Run(parameters, (ulong)round, [], 60);
            var stoppedByToken = run.Finish == FinishReason.Stop && run.StopString is null;
            var all = Tokenizer.Decode([.. stoppedByToken ? run.Tokens.SkipLast(1) : run.Tokens], parameters.SkipSpecialTokens);
            var expected = run.StopString is null ? all : all[..all.IndexOf(run.StopString, StringComparison.Ordinal)];
            string.Concat(run.Texts).Should().Be(expected);
        }
    }

    [Fact]
    public void TheSameSeedGivesTheSameTokensAndAnotherOneOthers()
    {
        var parameters = new SamplingParameters { Temperature = 1.5 };
        Run(parameters, 1, [], 40).Tokens.Should().Equal(Run(parameters, 1, [], 40).Tokens);
        Run(parameters, 1, [], 40).Tokens.Should().NotEqual(Run(parameters, 2, [], 40).Tokens);
        Run(parameters with { Seed = 7 }, 1, [], 40).Tokens.Should().Equal(Run(parameters with { Seed = 7 }, 2, [], 40).Tokens);
        Run(parameters with { Seed = -7 }, 1, [], 40).Tokens.Should().Equal(Run(parameters with { Seed = -7 }, 2, [], 40).Tokens);
    }

    [Fact]
    public void GreedyTakesTheLikeliestWhateverTheSeedAndTheSelection()
    {
        var parameters = new SamplingParameters { Temperature = 0, TopP = 0.5, TopK = 3, MinP = 0.1 };
        var run = Run(parameters, 5, [], 50);
        run.Tokens.Should().Equal(Enumerable.Range(0, run.Tokens.Count).Select(step => Array.IndexOf(Logits(step), Logits(step).Max())));
    }

    [Fact]
    public void AnEndOfSequenceTokenEndsWithoutTextAndCounts()
    {
        var sampler = Sampler(new() { Temperature = 0 });
        sampler.Next(Favour('a')).Finish.Should().BeNull();
        sampler.Next(Favour(End)).Should().Be(new SampledToken(End, FinishReason.Stop));
        sampler.LastPiece.Should().Be(new SampledPiece(End, "", null, FinishReason.Stop, null, null));
        sampler.Generated.Should().Be(2);
        FluentActions.Invoking(() => sampler.Next(Favour('a'))).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void AStopTokenIsTheReasonAndItsTextIsKeptOnlyOnDemand()
    {
        var sampler = Sampler(new() { Temperature = 0, StopTokenIds = ['b'] });
        sampler.Next(Favour('b'));
        sampler.LastPiece.Should().Be(new SampledPiece('b', "", null, FinishReason.Stop, null, 'b'));
        sampler = Sampler(new() { Temperature = 0, StopTokenIds = ['b'], IncludeStopInOutput = true });
        sampler.Next(Favour('b'));
        sampler.LastPiece.Text.Should().Be("b");
    }

    [Fact]
    public void IgnoringTheEndOfSequenceGoesOn()
    {
        var sampler = Sampler(new() { Temperature = 0, IgnoreEos = true });
        sampler.Next(Favour(End)).Finish.Should().BeNull();
        Sampler(new() { Temperature = 0, IgnoreEos = true, StopTokenIds = [End] }).Next(Favour(End)).Finish.Should().Be(FinishReason.Stop);
    }

    [Fact]
    public void StopStringsMatchAcrossTokensAndAreHeldBack()
    {
        var sampler = Sampler(new() { Temperature = 0, Stop = ["abc"] });
        string[] texts = [.. "xaab".Select(c => Piece(sampler, c))];
        texts.Should().Equal("x", "", "a", "");
        Piece(sampler, 'c').Should().BeEmpty();
        (sampler.LastPiece.Finish, sampler.LastPiece.StopString).Should().Be((FinishReason.Stop, "abc"));
        sampler.Flush().Should().BeEmpty();
    }

    [Fact]
    public void WhatIsHeldBackComesWithTheEnd()
    {
        var sampler = Sampler(new() { Temperature = 0, Stop = ["abc"] });
        Piece(sampler, 'a').Should().BeEmpty();
        sampler.Flush().Should().Be("a", "the sequence may end by its length");
        sampler = Sampler(new() { Temperature = 0, Stop = ["abc"] });
        Piece(sampler, 'a').Should().BeEmpty();
        sampler.Next(Favour(End));
        sampler.LastPiece.Text.Should().Be("a");
    }

    [Fact]
    public void UnfinishedCharactersComeWithTheEndAsReplacements()
    {
        var sampler = Sampler(new() { Temperature = 0 });
        sampler.Next(Favour(Id("ð"), 600));
        sampler.LastPiece.Text.Should().BeEmpty();
        sampler.Flush().Should().Be("\ufffd");
    }

    [Fact]
    public void NothingStopsBeforeTheLeastNumberOfTokens()
    {
        var sampler = Sampler(new() { Temperature = 0, MinTokens = 3, Stop = ["b"], StopTokenIds = ['c'] });
        var logits = Favour(End, 600);
        logits['a'] = 5;
        sampler.Next(logits).Token.Should().Be('a', "end-of-sequence is banned");
        logits = Favour('c', 600);
        logits['b'] = 5;
        sampler.Next(logits).Should().Be(new SampledToken('b', null), "the stop token is banned and the stop string does not count");
        Piece(sampler, 'd').Should().Be("d");
        sampler.Next(Favour('b', 600)).Finish.Should().Be(FinishReason.Stop);
    }

    [Fact]
    public void PenaltiesAndBiasFollowTheFormulas()
    {
        var parameters = new SamplingParameters
        {
            RepetitionPenalty = 2,
            PresencePenalty = 0.5,
            FrequencyPenalty = 0.25,
            LogitBias = new Dictionary<int, double> { [0] = 10, [3] = -100 },
        };
        var adjustments = new LogitAdjustments(parameters, [1, 1, 2], []);
        adjustments.Add(2);
        adjustments.Add(2);
        adjustments.Add(4);
        float[] logits = [1, 2, 3, 4, -5, 6];
        adjustments.Apply(logits, 3);
        logits.Should().Equal(11, 1, (3 / 2f) - 0.5f - (2 * 0.25f), -96, -10 - 0.5f - 0.25f, 6);
    }

    [Fact]
    public void LogprobsAreThoseOfTheModelWhateverChangesTheChoice()
    {
        var random = new Random(12);
        for (var round = 0; round < 200; round++)
        {
            float[] logits = [.. Enumerable.Range(0, Letters).Select(_ => (float)random.Next(-6, 7))];
            var raw = (float[])logits.Clone();
            var top = random.Next(0, 21);
            var sampler = Sampler(AnyParameters(random) with { Logprobs = top, LogitBias = new Dictionary<int, double> { [5] = 20 } });
            var token = sampler.Next(logits).Token;
            var logprobs = sampler.LastPiece.Logprobs!;
            var logSum = Math.Log(raw.Sum(l => Math.Exp(l)));
            logprobs.Chosen.Id.Should().Be(token);
            logprobs.Chosen.Logprob.Should().BeApproximately((float)(raw[token] - logSum), 1e-4f);
            logprobs.Top.Select(t => t.Id).Should().Equal(Enumerable.Range(0, Letters).OrderByDescending(id => raw[id]).ThenBy(id => id).Take(top));
            logprobs.Top.All(t => Math.Abs(t.Logprob - (raw[t.Id] - logSum)) < 1e-4).Should().BeTrue();
            logprobs.Top.All(t => t.Bytes.Span.SequenceEqual(Tokenizer.TokenBytes(t.Id))).Should().BeTrue();
        }

        var plain = Sampler(new());
        plain.Next(Favour('a'));
        plain.LastPiece.Logprobs.Should().BeNull();
    }

    [Fact]
    public void GreedyChoicesAllocateNothing()
    {
        var sampler = Sampler(new() { Temperature = 0 });
        var logits = Favour('a');
        sampler.Next(logits);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 100; step++)
        {
            sampler.Next(logits);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void OnlyANewSamplerResumes()
    {
        var sampler = Sampler(new());
        sampler.Next(Favour('a'));
        FluentActions.Invoking(() => sampler.Resume([1])).Should().Throw<InvalidOperationException>();
        Sampler(new()).Resume(['a', End]).Should().Be(FinishReason.Stop);
    }

    private static int Id(string token) => Tokenizer.TryGetId(token, out var id) ? id : throw new InvalidOperationException(token);

    private static SequenceSampler Sampler(SamplingParameters parameters, ulong seed = 1) => new(parameters, Tokenizer, [End], [1, 2, 3], seed);

    private static float[] Favour(int token, int vocabulary = 0)
    {
        var logits = new float[Math.Max(vocabulary, Tokenizer.VocabularySize)];
        logits[token] = 10;
        return logits;
    }

    private static string Piece(SequenceSampler sampler, char token)
    {
        sampler.Next(Favour(token));
        return sampler.LastPiece.Text;
    }

    /// <summary>Logits of a step: letters, some bytes that are no characters, now and then the end.</summary>
    private static float[] Logits(int step)
    {
        var random = new Random(step);
        var logits = new float[Tokenizer.VocabularySize];
        Array.Fill(logits, -20);
        for (var id = 'a'; id <= 'd'; id++)
        {
            logits[id] = random.NextSingle() * 4;
        }

        logits[Id("ð")] = (random.NextSingle() * 4) - 1;
        logits[Id("ł")] = (random.NextSingle() * 4) - 1;
        logits[End] = random.NextSingle() - 1;
        return logits;
    }

    private static SamplingParameters AnyParameters(Random random) => new()
    {
        Temperature = random.Next(4) == 0 ? 0 : random.NextDouble() * 2,
        TopP = random.Next(2) == 0 ? 1 : 0.3 + (random.NextDouble() * 0.7),
        TopK = random.Next(6),
        RepetitionPenalty = random.Next(2) == 0 ? 1 : 1.3,
        PresencePenalty = random.Next(2) == 0 ? 0 : 0.7,
        FrequencyPenalty = random.Next(2) == 0 ? 0 : 0.4,
        MinTokens = random.Next(3) == 0 ? random.Next(20) : 0,
        IgnoreEos = random.Next(3) == 0,
        IncludeStopInOutput = random.Next(3) == 0,
        SkipSpecialTokens = random.Next(2) == 0,
        StopTokenIds = random.Next(3) == 0 ? ['d'] : [],
        Stop = [.. Enumerable.Range(0, random.Next(3)).Select(_ => AnyLetters(random))],
    };

    private static string AnyLetters(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => (char)('a' + random.Next(4))));

    /// <summary>Runs to the end or to a number of tokens, with what was held back as the last text.</summary>
    private static (List<int> Tokens, List<string> Texts, FinishReason? Finish, string? StopString) Run(
        SamplingParameters parameters, ulong seed, int[] before, int tokens)
    {
        var sampler = Sampler(parameters, seed);
        var (ids, texts) = (new List<int>(), new List<string>());
        var finish = sampler.Resume(before);
        while (finish is null && ids.Count < tokens)
        {
            var sampled = sampler.Next(Logits(sampler.Generated));
            ids.Add(sampled.Token);
            texts.Add(sampler.LastPiece.Text);
            finish = sampled.Finish;
        }

        texts.Add(sampler.Flush());
        return (ids, texts, finish, sampler.LastPiece.StopString);
    }
}
