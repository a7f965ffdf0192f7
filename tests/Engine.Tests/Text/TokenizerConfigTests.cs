using Preble.Engine.Text;

namespace Preble.Engine.Tests.Text;

public sealed class TokenizerConfigTests
{
    [Fact]
    public void ReadsTheDemonstrationModel()
    {
        var config = TokenizerConfig.Load(TestFiles.DemoModel);
        config.EosToken.Should().Be("<|end|>");
        config.BosToken.Should().BeNull();
        config.ModelMaxTokens.Should().Be(1024);
        config.ChatTemplate.Should().Contain("for message in messages");
    }

    [Fact]
    public void TokensMayBeObjectsAndTemplatesNamed()
    {
        const string text = """
            {"bos_token": {"content": "<s>", "lstrip": false}, "eos_token": "</s>", "model_max_length": 1000000000000000019884624838656,
             "chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}]}
            """;
        var config = TestFiles.InFolder("tokenizer_config.json", text, TokenizerConfig.Load);
        (config.BosToken, config.EosToken, config.PadToken, config.ChatTemplate).Should().Be(("<s>", "</s>", null, "D"));
        config.ModelMaxTokens.Should().BeNull();
        config.NamedChatTemplates.Should().Contain("tool_use", "T").And.HaveCount(2);
    }

    [Fact]
    public void ATemplateFileHasPrecedence()
    {
        var config = TestFiles.InFolder("tokenizer_config.json", "{\"chat_template\": \"old\"}", folder =>
        {
            File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), "new");
            return TokenizerConfig.Load(folder);
        });
        config.ChatTemplate.Should().Be("new");
    }

    [Fact]
    public void AFolderWithoutTheFileHasAnEmptyConfiguration() =>
        TestFiles.InFolder("other", "", TokenizerConfig.Load).Should().BeEquivalentTo(new TokenizerConfig());

    [Theory]
    [InlineData("{\"chat_template\": 5}", "chat_template")]
    [InlineData("{\"chat_template\": [{\"name\": \"a\"}]}", "chat_template[0].template")]
    [InlineData("{\"eos_token\": {\"x\": 1}}", "eos_token.content")]
    [InlineData("{\"bos_token\": true}", "bos_token")]
    [InlineData("{\"model_max_length\": \"long\"}", "model_max_length")]
    [InlineData("{\"model_max_length\": 0}", "model_max_length")]
    [InlineData("{", "")]
    public void AFaultIsToldByField(string text, string field) =>
        FluentActions.Invoking(() => TestFiles.InFolder("tokenizer_config.json", text, TokenizerConfig.Load))
            .Should().Throw<TokenizerFormatException>().Which.Field.Should().Be(field);
}
