using System.Text.Json;
using Preble.Core;
using Preble.Engine.Models;
using Preble.Engine.Text;

namespace Preble.Silo.Gateway;

/// <summary>A model as the gateway sees it: from text to tokens and back. Thread-safe.</summary>
internal sealed class ServedModel
{
    private readonly TokenizerConfig _texts;
    private readonly ChatTemplate? _template;
    private readonly ChatTemplate? _toolTemplate;
    private readonly ulong _secret;
    private readonly TimeProvider _clock;

    /// <param name="name">What clients call it.</param>
    /// <param name="config">Its shape.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="texts">Its chat template and special tokens.</param>
    /// <param name="defaults">For requests that say nothing of sampling.</param>
    /// <param name="contextTokensMax">Prompt and completion at most.</param>
    /// <param name="pageTokens">Tokens in a page.</param>
    /// <param name="secret">Of the cluster, for page keys.</param>
    /// <param name="clock">For templates that tell the date.</param>
    public ServedModel(
        string name,
        ModelConfig config,
        Tokenizer tokenizer,
        TokenizerConfig texts,
        GenerationDefaults defaults,
        int contextTokensMax,
        int pageTokens,
        ulong secret,
        TimeProvider clock)
    {
        Name = name;
        Config = config;
        Tokenizer = tokenizer;
        Defaults = defaults;
        ContextTokensMax = contextTokensMax;
        PageTokens = pageTokens;
        TokenBytesMax = Enumerable.Range(0, tokenizer.VocabularySize).Max(id => tokenizer.TokenBytes(id).Length);
        LoadedAt = clock.GetUtcNow();
        _texts = texts;
        _template = texts.ChatTemplate is { } template ? ChatTemplate.Parse(template) : null;
        _toolTemplate = texts.NamedChatTemplates.TryGetValue("tool_use", out string? named) ? ChatTemplate.Parse(named) : _template;
        _secret = secret;
        _clock = clock;
    }

    public string Name { get; }

    public ModelConfig Config { get; }

    public Tokenizer Tokenizer { get; }

    public GenerationDefaults Defaults { get; }

    public DateTimeOffset LoadedAt { get; }

    /// <summary>Tokens in a page.</summary>
    public int PageTokens { get; }

    /// <summary>Prompt and completion at most, in tokens: what the model's context and a worker's memory allow.</summary>
    public int ContextTokensMax { get; }

    /// <summary>Bytes of the longest token: no text has fewer tokens than its bytes divided by this.</summary>
    public int TokenBytesMax { get; }

    /// <summary>Whether chats can be served.</summary>
    public bool HasChatTemplate => _template is not null;

    /// <summary>Token ids are below it.</summary>
    public int VocabularySize => Config.VocabularySize;

    /// <summary>The seed under which prompts of a tenant are hashed and cached.</summary>
    public ulong PageKeySeed(string salt) => PageKeys.Seed(Name, salt, _secret);

    /// <summary>The tokens of a text that stands alone, with the token that begins texts of this model, if it has one.</summary>
    public int[] Encode(string text) => Tokenizer.Encode(text, addSpecialTokens: true, parseSpecial: true);

    public string Decode(int[] tokens, bool skipSpecial) => Tokenizer.Decode(tokens, skipSpecial);

    /// <summary>The tokens of a chat, as the model's template renders it.</summary>
    /// <param name="fields">The request; <c>tools</c>, <c>add_generation_prompt</c> and <c>chat_template_kwargs</c> go to the template.</param>
    /// <param name="messages">Checked messages, their contents text.</param>
    public int[] EncodeChat(JsonFields fields, JsonElement messages)
    {
        JsonElement tools = Part(fields, "tools", JsonValueKind.Array, "an array");
        if ((tools.ValueKind == JsonValueKind.Array ? _toolTemplate : _template) is not { } template)
        {
            throw fields.Invalid("messages", $"cannot be served: model \"{Name}\" has no chat template; use /v1/completions");
        }

        try
        {
            string text = template.Render(new ChatTemplateInput
            {
                Messages = messages,
                Tools = tools,
                Extra = Part(fields, "chat_template_kwargs", JsonValueKind.Object, "an object"),
                AddGenerationPrompt = fields.Bool("add_generation_prompt", true),
                BosToken = _texts.BosToken,
                EosToken = _texts.EosToken,
                Now = _clock.GetUtcNow(),
            });
            TokenLimits.RefuseHopeless(fields, "messages", this, text);
            return Tokenizer.Encode(text, addSpecialTokens: false, parseSpecial: true);
        }
        catch (ChatTemplateException exception)
        {
            string blame = exception.IsRaisedByTemplate ? "are refused by the model's chat template" : "cannot be rendered by the model's chat template";
            throw fields.Invalid("messages", $"{blame}: {exception.Message.TrimEnd('.')}");
        }
    }

    private static JsonElement Part(JsonFields fields, string name, JsonValueKind kind, string allowed)
    {
        if (!fields.TryGet(name, out JsonElement value))
        {
            return default;
        }

        return value.ValueKind == kind ? value : throw fields.Wrong(name, value, allowed);
    }
}
