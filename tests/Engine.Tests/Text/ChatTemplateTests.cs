using System.Text.Json;
using Preble.Engine.Text;

namespace Preble.Engine.Tests.Text;

public sealed class ChatTemplateTests
{
    private static readonly JsonElement NoMessages = JsonDocument.Parse("[]").RootElement;

    [Theory]
    [InlineData("a\n{{ x.y }}", 2, 5, "'x' is undefined")]
    [InlineData("{% if true %}", 1, 14, "'elif' or 'else' or 'endif'")]
    [InlineData("ab\n  {% frobnicate %}", 2, 6, "'frobnicate'")]
    [InlineData("{{ 'abc }}", 1, 4, "not closed")]
    [InlineData("{{ 1 + }}", 1, 8, "expression")]
    [InlineData("{# never", 1, 1, "not closed")]
    [InlineData("{% include 'x' %}", 1, 4, "not supported")]
    [InlineData("\n\n{{ [1, 2] | frob }}", 3, 13, "'frob'")]
    [InlineData("{{ 1 | round(method='up') }}", 1, 8, "method")]
    [InlineData("{{ {'a': 1}.update(b=2) }}", 1, 19, "would change")]
    [InlineData("{{ x() }}", 1, 5, "'x' is undefined")]
    [InlineData("{% for i in range(100001) %}{% endfor %}", 1, 18, "longer than")]
    public void AnErrorIsToldByLineAndColumn(string template, int line, int column, string words)
    {
        var error = FluentActions.Invoking(() => Render(template)).Should().Throw<ChatTemplateException>().Which;
        error.Message.Should().Contain(words).And.Contain($"line {line}, column {column}");
        (error.Line, error.Column, error.IsRaisedByTemplate).Should().Be((line, column, false));
    }

    [Fact]
    public void WhatTheTemplateRaisesIsTheClientsErrorInTheTemplatesWords()
    {
        var error = FluentActions.Invoking(() => Render("{{ raise_exception('Conversation roles must alternate') }}"))
            .Should().Throw<ChatTemplateException>().Which;
        error.IsRaisedByTemplate.Should().BeTrue();
        error.Message.Should().Be("Conversation roles must alternate");
    }

    [Theory]
    [InlineData("{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", "characters")]
    [InlineData("{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", "steps")]
    [InlineData("{{ 'x' * 999999999999 }}", "characters")]
    [InlineData("{{ [1] * 999999999999 }}", "steps")]
    [InlineData("{{ 'x' | indent(999999999) }}", "characters")]
    [InlineData("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{% for i in range(99999) %}{{ 'x' * 999 }}{% endfor %}", "characters")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "deep")]
    [InlineData("{% set ns = namespace(s=[]) %}{% for i in range(999) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}", "deep")]
    [InlineData("{% set ns = namespace(s=[]) %}{% for i in range(999) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s | tojson }}", "deep")]
    [InlineData("{{ 10 ** 10 ** 10 }}", "64 bits")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "64 bits")]
    public void AGreedyTemplateIsStopped(string template, string words) =>
        FluentActions.Invoking(() => Render(template)).Should().Throw<ChatTemplateException>().WithMessage($"*{words}*");

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("not ", "")]
    [InlineData("-", "")]
    [InlineData("{'a':", "}")]
    [InlineData("1 if ", " else 2")]
    public void DeepNestingIsRefusedWithoutRunningOutOfStack(string open, string close) =>
        FluentActions.Invoking(() => Render("{{ " + Repeat(open, 100_000) + "1" + Repeat(close, 100_000) + " }}"))
            .Should().Throw<ChatTemplateException>();

    [Theory]
    [InlineData(" + 1")]
    [InlineData(" | abs")]
    [InlineData(" and 1")]
    [InlineData(".x")]
    [InlineData(" if 1")]
    public void ALongChainEndsInAnErrorOrAValueButNeverTheProcess(string link)
    {
        try
        {
            Render("{{ 1" + Repeat(link, 50_000) + " }}").Should().NotBeNull();
        }
        catch (ChatTemplateException error)
        {
            error.Line.Should().Be(1);
        }
    }

    [Fact]
    public void ATemplateOverTheLimitIsRefused() =>
        FluentActions.Invoking(() => ChatTemplate.Parse(new string('x', (1 << 20) + 1)))
            .Should().Throw<ChatTemplateException>().WithMessage("*limit*");

    [Fact]
    public void ToolsAreNoneAndTokensUndefinedWhenThereAreNone() =>
        Render("{{ tools is none }}{{ bos_token is defined }}{{ add_generation_prompt }}").Should().Be("TrueFalseTrue");

    [Fact]
    public void ExtraVariablesOverrideTheOthers()
    {
        using var extra = JsonDocument.Parse("{\"enable_thinking\": false, \"bos_token\": \"B\"}");
        var input = new ChatTemplateInput { Messages = NoMessages, BosToken = "A", Extra = extra.RootElement, Now = DateTimeOffset.UnixEpoch };
        ChatTemplate.Parse("{{ bos_token }}{{ enable_thinking }}").Render(input).Should().Be("BFalse");
    }

    [Fact]
    public void TheTimeIsTheOneThatWasGiven()
    {
        var input = new ChatTemplateInput { Messages = NoMessages, Now = new DateTimeOffset(2024, 2, 29, 15, 4, 5, TimeSpan.FromHours(2)) };
        ChatTemplate.Parse("{{ strftime_now('%d %b %Y %H:%M:%S %-d %-m %e %z %U %W %V %u') }}").Render(input)
            .Should().Be("29 Feb 2024 15:04:05 29 2 29 +0200 08 09 09 4");
    }

    [Fact]
    public void TextThatIsNotUnicodeIsAnErrorAndNotACrash()
    {
        using var messages = JsonDocument.Parse("[{\"role\":\"user\",\"content\":\"\\ud800\"}]");
        var input = new ChatTemplateInput { Messages = messages.RootElement, Now = DateTimeOffset.UnixEpoch };
        FluentActions.Invoking(() => ChatTemplate.Parse("{{ messages[0].content }}").Render(input))
            .Should().Throw<ChatTemplateException>().WithMessage("*surrogate*");
    }

    [Fact]
    public void RenderingTwiceGivesTheSame()
    {
        var template = ChatTemplate.Parse("{% set ns = namespace(n=0) %}{% for i in range(3) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}");
        var input = new ChatTemplateInput { Messages = NoMessages, Now = DateTimeOffset.UnixEpoch };
        template.Render(input).Should().Be("3").And.Be(template.Render(input));
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string Render(string template) =>
        ChatTemplate.Parse(template).Render(new ChatTemplateInput { Messages = NoMessages, Now = DateTimeOffset.UnixEpoch });
}
