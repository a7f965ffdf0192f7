using System.Text.Json.Nodes;
using Preble.Engine.Text;

namespace Preble.Engine.Tests.Text;

public sealed class TokenizerFormatTests
{
    public static TheoryData<string, Action<JsonObject>, string> Faults { get; } = new()
    {
        { "model.type", f => f["model"]!["type"] = "Unigram", "\"Unigram\" is not supported" },
        { "model.byte_fallback", f => f["model"]!["byte_fallback"] = true, "SentencePiece" },
        { "model.dropout", f => f["model"]!["dropout"] = 0.1, "not supported" },
        { "model.end_of_word_suffix", f => f["model"]!["end_of_word_suffix"] = "</w>", "not supported" },
        { "model", f => f["model"] = "BPE", "object" },
        { "model", f => f.Remove("model"), "object" },
        { "model.vocab", f => f["model"]!["vocab"] = new JsonObject(), "empty" },
        { "model.vocab", f => f["model"]!["vocab"] = new JsonArray(), "object" },
        { "model.vocab[\"!\"]", f => f["model"]!["vocab"]!["!"] = -1, "whole number" },
        { "model.vocab[\"!\"]", f => f["model"]!["vocab"]!["!"] = 1.5, "whole number" },
        { "model.vocab[\"!\"]", f => f["model"]!["vocab"]!["!"] = 1 << 22, "limit" },
        { "model.vocab", f => f["model"]!["vocab"]!["!"] = (1 << 22) - 1, "may be missing" },
        { "model.vocab[\"#\"]", f => f["model"]!["vocab"]!["#"] = (int)f["model"]!["vocab"]!["!"]!, "another token" },
        { "model.merges[0]", f => f["model"]!["merges"]![0] = "a", "two tokens" },
        { "model.merges[0]", f => f["model"]!["merges"]![0] = "a b c", "two tokens" },
        { "model.merges[0]", f => f["model"]!["merges"]![0] = new JsonArray("a"), "two tokens" },
        { "model.merges[1]", f => f["model"]!["merges"]![1] = "zzz q", "\"zzz\" is not in the vocabulary" },
        { "model.merges[1]", f => f["model"]!["merges"]![1] = "z q", "\"zq\" is not in the vocabulary" },
        { "model.merges[0]", f => f["model"]!["merges"]![0] = 5, "string" },
        { "model.unk_token", f => f["model"]!["unk_token"] = "<unk>", "not in the vocabulary" },
        { "normalizer.type", f => f["normalizer"] = Type("Lowercase"), "\"Lowercase\"" },
        { "normalizer.normalizers[0].type", f => f["normalizer"] = Sequence("normalizers", Type("NFKC")), "\"NFKC\"" },
        { "pre_tokenizer.type", f => f["pre_tokenizer"] = Type("Metaspace"), "\"Metaspace\"" },
        { "pre_tokenizer", f => f["pre_tokenizer"] = null, "ByteLevel" },
        { "pre_tokenizer.pattern.Regex", f => f["pre_tokenizer"] = Split("\\d+"), "\\d+" },
        { "pre_tokenizer.pattern", f => f["pre_tokenizer"] = Split(" ", kind: "String"), "Regex" },
        { "post_processor.type", f => f["post_processor"] = Type("BertProcessing"), "\"BertProcessing\"" },
        { "decoder.type", f => f["decoder"] = Type("WordPiece"), "\"WordPiece\"" },
        { "added_tokens[0].id", f => f["added_tokens"]![0]!["id"] = 3, "another token" },
        { "added_tokens[0].id", f => f["added_tokens"]![0]!["id"] = null, "whole number" },
        { "added_tokens[1].content", f => f["added_tokens"]![1]!["content"] = 7, "string" },
        { "added_tokens[1].special", f => f["added_tokens"]![1]!["special"] = "yes", "true or false" },
        { "added_tokens[1].id", f => f["added_tokens"]![1]!["content"] = "!", "in the vocabulary" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void AFaultIsToldByFileAndField(string field, Action<JsonObject> damage, string words)
    {
        var file = TestFiles.Variant("gpt2");
        damage(file);
        var error = FluentActions.Invoking(() => TestFiles.Load(file)).Should().Throw<TokenizerFormatException>().Which;
        error.Field.Should().Be(field);
        error.File.Should().EndWith("tokenizer.json");
        error.Message.Should().Contain(error.File).And.Contain(field).And.Contain(words);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("", "not valid JSON")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0,\"a\":1},\"merges\":[]}}", "twice")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0}}}", "model.merges")]
    public void AFileThatIsNoTokenizerIsRefused(string text, string words) =>
        FluentActions.Invoking(() => TestFiles.InFolder("tokenizer.json", text, Tokenizer.Load))
            .Should().Throw<TokenizerFormatException>().WithMessage($"*{words}*");

    [Fact]
    public void AMissingFileIsNamed() =>
        FluentActions.Invoking(() => Tokenizer.Load(Path.Combine(Path.GetTempPath(), "preble-no-such-folder")))
            .Should().Throw<TokenizerFormatException>().WithMessage("*tokenizer.json*cannot be read*");

    [Fact]
    public void MergesMayBePairs()
    {
        var file = TestFiles.Variant("gpt2");
        var merges = file["model"]!["merges"]!.AsArray();
        file["model"]!["merges"] = new JsonArray([.. merges.Select(m => Pair((string)m!))]);
        const string text = "The quick brown fox";
        TestFiles.Load(file).Encode(text, false, true).Should().Equal(TestFiles.Load(TestFiles.Variant("gpt2")).Encode(text, false, true));
    }

    [Fact]
    public void AnInvertedRemovedSplitIsTheSameAsAnIsolatedOne()
    {
        var file = TestFiles.Variant("llama 3");
        var split = file["pre_tokenizer"]!["pretokenizers"]![0]!;
        (split["behavior"], split["invert"]) = ("Removed", true);
        const string text = "I'm here:  12345\n\n ok";
        TestFiles.Load(file).Encode(text, false, true).Should().Equal(TestFiles.Load(TestFiles.Variant("llama 3")).Encode(text, false, true));
    }

    [Fact]
    public void IdsMayHaveGaps()
    {
        var file = TestFiles.Variant("gpt2");
        file["added_tokens"]![0]!["id"] = 1500;
        var tokenizer = TestFiles.Load(file);
        tokenizer.VocabularySize.Should().Be(1501);
        tokenizer.TokenBytes(1499).IsEmpty.Should().BeTrue();
    }

    private static JsonObject Type(string name) => new() { ["type"] = name };

    private static JsonObject Sequence(string member, JsonNode step) => new() { ["type"] = "Sequence", [member] = new JsonArray(step) };

    private static JsonNode Pair(string merge) => new JsonArray([.. merge.Split(' ').Select(token => (JsonNode)token)]);

    private static JsonObject Split(string pattern, string kind = "Regex") => new()
    {
        ["type"] = "Split",
        ["behavior"] = "Isolated",
        ["pattern"] = new JsonObject { [kind] = pattern },
    };
}
