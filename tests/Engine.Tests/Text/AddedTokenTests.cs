using System.Text.Json.Nodes;

namespace Preble.Engine.Tests.Text;

public sealed class AddedTokenTests
{
    private const string End = "<|end|>";

    [Fact]
    public void SpecialTokensInTextAreLettersUnlessTheyAreAskedFor()
    {
        var tokenizer = TestFiles.Load(TestFiles.Variant("gpt2"));
        tokenizer.TryGetId(End, out var end).Should().BeTrue();
        tokenizer.IsSpecial(end).Should().BeTrue();
        tokenizer.Encode("a" + End, false, parseSpecial: true).Should().EndWith(end);
        var letters = tokenizer.Encode("a" + End, false, parseSpecial: false);
        letters.Should().NotContain(end);
        tokenizer.Decode(letters, skipSpecial: true).Should().Be("a" + End);
    }

    [Fact]
    public void TokensThatAreNotSpecialAreAlwaysFound()
    {
        var tokenizer = TestFiles.Load(TestFiles.Variant("gpt2"));
        tokenizer.TryGetId("<tool>", out var tool).Should().BeTrue();
        tokenizer.Encode("x<tool>", false, parseSpecial: false).Should().EndWith(tool);
        tokenizer.Decode([tool], skipSpecial: true).Should().Be("<tool>");
    }

    [Fact]
    public void SkippingSpecialTokensLeavesTheirTextOut()
    {
        var tokenizer = TestFiles.Load(TestFiles.Variant("gpt2"));
        tokenizer.Decode(tokenizer.Encode($"a{End}b", false, true), skipSpecial: true).Should().Be("ab");
    }

    [Fact]
    public void TheLongestTokenAtAPlaceWins()
    {
        var tokenizer = TestFiles.Load(TestFiles.Variant("gpt2"));
        tokenizer.TryGetId("<|end|>>x", out var longest).Should().BeTrue();
        tokenizer.Encode("<|end|>>x", false, true).Should().Equal(longest);
    }

    [Theory]
    [InlineData("word", 1)]
    [InlineData(" word, word", 2)]
    [InlineData("'word'", 1)]
    [InlineData("sword words éword word_ _word word日 1word wordword", 0)]
    [InlineData("word\u0301", 0)]
    [InlineData("-word😀", 1)]
    public void ASingleWordTokenMatchesOnlyBetweenWords(string text, int times)
    {
        var file = TestFiles.Variant("gpt2");
        file["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = 2000, ["content"] = "word", ["single_word"] = true, ["special"] = false });
        TestFiles.Load(file).Encode(text, false, true).Count(id => id == 2000).Should().Be(times);
    }

    [Fact]
    public void NormalizedTokensAreFoundInWhatNormalizationGives()
    {
        var tokenizer = TestFiles.Load(TestFiles.Variant("qwen 2"));
        tokenizer.TryGetId("café", out var id).Should().BeTrue();
        tokenizer.Encode("cafe\u0301", false, true).Should().Equal(id);
        TestFiles.Load(TestFiles.Variant("gpt2")).Encode("cafe\u0301", false, true).Should().NotContain(id);
    }

    [Fact]
    public void StrippingTokensSwallowTheWhiteSpaceOnTheirSide()
    {
        var tokenizer = TestFiles.Load(TestFiles.Variant("gpt2"));
        string Through(string text) => tokenizer.Decode(tokenizer.Encode(text, false, true), false);
        Through("a \t\n<L> b").Should().Be("a<L> b");
        Through("a <R> \u00a0 b").Should().Be("a <R>b");
        Through("<R>  <L>").Should().Be("<R><L>");
    }

    [Fact]
    public void TheTemplateOfThePostProcessorIsAppliedOnlyWhenAskedFor()
    {
        var tokenizer = TestFiles.Load(TestFiles.Variant("llama 3"));
        tokenizer.TryGetId("<|begin|>", out var begin).Should().BeTrue();
        tokenizer.Encode("", addSpecialTokens: true, true).Should().Equal(begin);
        tokenizer.Encode("a", addSpecialTokens: false, true).Should().NotContain(begin);
    }
}
