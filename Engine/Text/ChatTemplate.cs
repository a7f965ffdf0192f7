using System.Text.Json;
using Preble.Engine.Text.Jinja;

namespace Preble.Engine.Text;

/// <summary>
/// A chat template: Jinja as Hugging Face renders it, without what templates do not use (includes, inheritance, autoescape). It can do nothing but
/// make text, within <see cref="JinjaLimits"/>. Immutable; safe for any number of threads.
/// <para>Content is put into the text as it is. The text is then tokenized with special tokens parsed, as Hugging Face and vLLM do, so content that
/// spells a special token ("&lt;|end|&gt;") becomes that token; who serves untrusted content and minds must refuse or rewrite it before.</para>
/// </summary>
public sealed class ChatTemplate
{
    private readonly Block _body;

    private ChatTemplate(Block body) => _body = body;

    /// <summary>Parses a template. Throws <see cref="ChatTemplateException"/> with line and column.</summary>
    public static ChatTemplate Parse(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return new ChatTemplate(StatementParser.Parse(template));
    }

    /// <summary>
    /// The text of a conversation. Throws <see cref="ChatTemplateException"/>, whose <see cref="ChatTemplateException.IsRaisedByTemplate"/> tells the
    /// client's errors from the template's.
    /// </summary>
    public string Render(ChatTemplateInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var globals = new Scope(null);
        var context = new RenderContext(globals, input.Now);
        try
        {
            globals.Set("messages", Value(input.Messages));
            globals.Set("tools", Value(input.Tools));
            globals.Set("documents", null);
            globals.Set("add_generation_prompt", input.AddGenerationPrompt);
            SetIfGiven(globals, "bos_token", input.BosToken);
            SetIfGiven(globals, "eos_token", input.EosToken);
            if (input.Extra.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in input.Extra.EnumerateObject())
                {
                    globals.Set(member.Name, Value(member.Value));
                }
            }

            _body.Execute(context);
            return context.Output;
        }
        catch (JinjaException error)
        {
            throw new ChatTemplateException(error.Message, context.At.Line, context.At.Column, error.RaisedByTemplate);
        }
    }

    private static object? Value(JsonElement element) => JsonText.ToValue(element);

    private static void SetIfGiven(Scope globals, string name, string? token)
    {
        if (token is not null)
        {
            globals.Set(name, token);
        }
    }
}
