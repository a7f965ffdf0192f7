using System.Text.Json;
using Preble.Engine.Text;

namespace Preble.Engine.Tests.Text;

/// <summary>Agreement with Jinja itself, set up as Hugging Face sets it up; Fixtures/make_chat_templates.py made the cases.</summary>
public sealed class ChatTemplateGoldenTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 5, 7, TimeSpan.Zero);

    [Fact]
    public void RendersAndRefusesAsJinjaDoes()
    {
        using var fixture = TestFiles.Fixture("chat-templates.json");
        var shared = fixture.RootElement.GetProperty("shared");
        var counts = new Dictionary<string, int> { ["text"] = 0, ["raised"] = 0, ["fails"] = 0 };
        foreach (var one in fixture.RootElement.GetProperty("cases").EnumerateArray())
        {
            var template = one.GetProperty("template").GetString()!;
            var input = one.TryGetProperty("input", out var own)
                ? Input(own)
                : new ChatTemplateInput { Messages = default, Extra = shared, Now = Now };
            var (kind, said) = Render(template, input);
            one.TryGetProperty(kind, out var expected).Should().BeTrue("{0} gave {1} {2}", template, kind, said);
            if (kind != "fails")
            {
                said.Should().Be(expected.GetString(), "of {0}", template);
            }

            counts[kind]++;
        }

        counts.Values.Should().OnlyContain(n => n >= 3);
    }

    private static ChatTemplateInput Input(JsonElement values)
    {
        JsonElement Get(string name) => values.TryGetProperty(name, out var value) ? value : default;
        return new ChatTemplateInput
        {
            Messages = Get("messages"),
            Tools = Get("tools"),
            AddGenerationPrompt = Get("add_generation_prompt").GetBoolean(),
            BosToken = Get("bos_token").GetString(),
            EosToken = Get("eos_token").GetString(),
            Now = Now,
            Extra = values,
        };
    }

    private static (string Kind, string Text) Render(string template, ChatTemplateInput input)
    {
        try
        {
            return ("text", ChatTemplate.Parse(template).Render(input));
        }
        catch (ChatTemplateException error)
        {
            return (error.IsRaisedByTemplate ? "raised" : "fails", error.Message);
        }
    }
}
