using System.Text.Json;
using Preble.Engine.Text;

namespace Preble.Engine.Tests.Text;

/// <summary>Agreement with independent implementations: npm's @huggingface/tokenizers, and the demonstration model's own Python tokenizer.</summary>
public sealed class TokenizerGoldenTests
{
    [Theory]
    [InlineData("gpt2")]
    [InlineData("gpt2 with prefix space")]
    [InlineData("llama 3")]
    [InlineData("qwen 2")]
    [InlineData("digits")]
    public void GivesTheIdsOfTheReferenceForTrickyTexts(string variant)
    {
        using var fixture = TestFiles.Fixture("tokenizers.json");
        var tokenizer = TestFiles.Load(TestFiles.Variant(variant));
        var texts = fixture.RootElement.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!);
        var ids = fixture.RootElement.GetProperty("ids").GetProperty(variant).EnumerateArray().Select(e => e.Deserialize<int[]>());
        var compared = 0;
        foreach (var (text, expected) in texts.Zip(ids).Where(pair => pair.Second is not null))
        {
            tokenizer.Encode(text, addSpecialTokens: true, parseSpecial: true).Should().Equal(expected, "of {0}", JsonSerializer.Serialize(text));
            compared++;
        }

        compared.Should().BeGreaterThan(90);
    }

    [Fact]
    public void GivesThePromptIdsOfTheDemonstrationModel()
    {
        var tokenizer = Tokenizer.Load(TestFiles.DemoModel);
        var template = ChatTemplate.Parse(TokenizerConfig.Load(TestFiles.DemoModel).ChatTemplate!);
        var rows = 0;
        foreach (var line in File.ReadLines(Path.Combine(TestFiles.DemoModel, "reference.jsonl")))
        {
            using var row = JsonDocument.Parse(line);
            var text = template.Render(new ChatTemplateInput { Messages = row.RootElement.GetProperty("messages"), Now = DateTimeOffset.UnixEpoch });
            var ids = tokenizer.Encode(text, addSpecialTokens: true, parseSpecial: true);
            ids.Should().Equal(row.RootElement.GetProperty("prompt_ids").Deserialize<int[]>());
            tokenizer.Decode(ids, skipSpecial: false).Should().Be(text);
            tokenizer.Decode(row.RootElement.GetProperty("greedy_ids").Deserialize<int[]>()!, skipSpecial: true)
                .Should().Be(row.RootElement.GetProperty("greedy_text").GetString());
            rows++;
        }

        rows.Should().Be(40);
    }
}
