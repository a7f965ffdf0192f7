using System.Text.Json;

namespace Preble.Engine.Text;

/// <summary>What tokenizer_config.json says beside the tokenizer itself. Every part may be absent, and so may the file.</summary>
public sealed record TokenizerConfig
{
    /// <summary>The chat template named "default", or the only one; null if the model has none.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Further chat templates by name, such as "tool_use".</summary>
    public IReadOnlyDictionary<string, string> NamedChatTemplates { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Text of the begin-of-sequence token.</summary>
    public string? BosToken { get; init; }

    /// <summary>Text of the end-of-sequence token.</summary>
    public string? EosToken { get; init; }

    /// <summary>Text of the padding token.</summary>
    public string? PadToken { get; init; }

    /// <summary>Longest input in tokens; null where the file says none, or a number beyond all bounds, which is how Hugging Face says none.</summary>
    public int? ModelMaxTokens { get; init; }

    /// <summary>
    /// Reads tokenizer_config.json of a model folder, and chat_template.jinja, which has precedence over the template in it.
    /// Throws <see cref="TokenizerFormatException"/>, which names file and field.
    /// </summary>
    public static TokenizerConfig Load(string folder)
    {
        var file = Path.Combine(folder, "tokenizer_config.json");
        var config = File.Exists(file) ? Read(file) : new TokenizerConfig();
        var jinja = Path.Combine(folder, "chat_template.jinja");
        return File.Exists(jinja) ? config with { ChatTemplate = ReadText(jinja) } : config;
    }

    private static TokenizerConfig Read(string file)
    {
        using var document = JsonField.Load(file);
        var root = new JsonField(file, "", document.RootElement);
        var template = root["chat_template"];
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        if (template.IsArray)
        {
            foreach (var one in template.Elements())
            {
                if (!named.TryAdd(one["name"].String(), one["template"].String()))
                {
                    throw one["name"].Wrong("the name stands twice");
                }
            }
        }

        return new TokenizerConfig
        {
            ChatTemplate = template.IsArray ? named.GetValueOrDefault("default") : template.IsNull ? null : template.String(),
            NamedChatTemplates = named,
            BosToken = Token(root["bos_token"]),
            EosToken = Token(root["eos_token"]),
            PadToken = Token(root["pad_token"]),
            ModelMaxTokens = MaxTokens(root["model_max_length"]),
        };
    }

    private static string? Token(JsonField field) => field.IsNull ? null : field.IsObject ? field["content"].String() : field.String();

    private static int? MaxTokens(JsonField field)
    {
        if (field.IsNull)
        {
            return null;
        }

        return field.Element.ValueKind == JsonValueKind.Number && field.Element.GetDouble() is >= 1 and var tokens
            ? (tokens <= int.MaxValue ? (int)tokens : null)
            : throw field.Wrong("a number from 1 on is wanted");
    }

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerFormatException(file, "", $"cannot be read: {error.Message}", error);
        }
    }
}
