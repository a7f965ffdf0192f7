using System.Text;
using System.Text.Json.Nodes;
using Preble.Engine.Text;

namespace Preble.Engine.Tests.Text;

public sealed class TokenizerLawTests
{
    private static readonly Tokenizer Gpt2 = TestFiles.Load(TestFiles.Variant("gpt2"));
    private static readonly Tokenizer Llama3 = TestFiles.Load(TestFiles.Variant("llama 3"));
    private static readonly Tokenizer Qwen2 = TestFiles.Load(TestFiles.Variant("qwen 2"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnyBytesRoundTrip(bool parseSpecial)
    {
        // Tokens that swallow white space give only their own text back.
        var random = new Random(1);
        for (var round = 0; round < 4000; round++)
        {
            var bytes = RandomText.Bytes(random, 12);
            if (parseSpecial && Encoding.UTF8.GetString(bytes).Contains("<L>", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var tokenizer in (Tokenizer[])[Gpt2, Llama3])
            {
                tokenizer.DecodeBytes(tokenizer.Encode(bytes, addSpecialTokens: false, parseSpecial), skipSpecial: false).Should().Equal(bytes);
            }
        }
    }

    [Fact]
    public void TextRoundTripsUpToItsNormalization()
    {
        var random = new Random(2);
        for (var round = 0; round < 2000; round++)
        {
            var text = RandomText.Text(random, 12);
            var ids = Qwen2.Encode(text, addSpecialTokens: false, parseSpecial: false);
            Qwen2.Encode(Qwen2.Decode(ids, skipSpecial: false), addSpecialTokens: false, parseSpecial: false).Should().Equal(ids);
        }
    }

    [Fact]
    public void TextAndItsUtf8HaveTheSameTokens()
    {
        var random = new Random(3);
        for (var round = 0; round < 1000; round++)
        {
            var text = RandomText.Text(random, 12);
            Llama3.Encode(text, true, true).Should().Equal(Llama3.Encode(Encoding.UTF8.GetBytes(text), true, true));
        }
    }

    [Fact]
    public void AWordHasTheSameTokensWhetherItWasMetBeforeOrNot()
    {
        var random = new Random(4);
        var fresh = TestFiles.Load(TestFiles.Variant("gpt2"));
        for (var round = 0; round < 200; round++)
        {
            var text = RandomText.Text(random, 30);
            var first = fresh.Encode(text, false, true);
            fresh.Encode(text, false, true).Should().Equal(first);
            Gpt2.Encode(text, false, true).Should().Equal(first);
        }
    }

    [Fact]
    public void ManyThreadsGetTheSameTokensAsOne()
    {
        var random = new Random(5);
        var texts = Enumerable.Range(0, 2000).Select(_ => RandomText.Text(random, 30)).ToList();
        var expected = texts.Select(t => Gpt2.Encode(t, false, true)).ToList();
        var shared = TestFiles.Load(TestFiles.Variant("gpt2"));
        var actual = texts.AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(t => shared.Encode(t, false, true)).ToList();
        actual.Zip(expected).Should().OnlyContain(pair => pair.First.SequenceEqual(pair.Second));
    }

    [Fact]
    public void ALongRunOfOneLetterIsMergedInNearLinearWork()
    {
        // A million letters, merged by doubling: quadratic merging would take hours.
        var file = TestFiles.Variant("gpt2");
        var (vocabulary, merges) = (file["model"]!["vocab"]!.AsObject(), file["model"]!["merges"]!.AsArray());
        for (var length = 1; length <= 512; length *= 2)
        {
            var half = new string('q', length);
            vocabulary[half + half] = 5000 + length;
            merges.Add(JsonValue.Create($"{half} {half}"));
        }

        var ids = TestFiles.Load(file).Encode(new string('q', 1 << 20), false, true);
        ids.Should().HaveCount(1 << 10).And.OnlyContain(id => id == 5512);
    }

    [Fact]
    public void ASurrogateWithoutItsPairIsNamedByItsIndex()
    {
        var encode = () => Gpt2.Encode("abc\ud83d!", false, true);
        encode.Should().Throw<ArgumentException>().WithMessage("*index 3*");
    }

    [Fact]
    public void IdsOutsideOfTheVocabularyHaveNoBytes()
    {
        Gpt2.DecodeBytes([-1, Gpt2.VocabularySize, int.MaxValue], false).Should().BeEmpty();
        Gpt2.IsSpecial(-1).Should().BeFalse();
    }
}
