using System.Text.Json;
using System.Text.Json.Nodes;

namespace Preble.Silo.Gateway;

/// <summary>Reads the messages of a chat into the form that chat templates take: every content a string or absent.</summary>
internal static class ChatFields
{
    private const int MessagesMax = 4096;
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    /// <summary>The messages, checked; as they came unless a content is an array of parts.</summary>
    public static JsonElement Messages(JsonFields fields)
    {
        const string Name = "messages";
        if (!fields.TryGet(Name, out JsonElement messages))
        {
            throw fields.Invalid(Name, "is missing, but must be an array of at least one message");
        }

        if (messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() is 0 or > MessagesMax)
        {
            throw fields.Wrong(Name, messages, $"an array of 1 to {MessagesMax} messages");
        }

        bool hasParts = false;
        int index = 0;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object)
            {
                throw fields.Wrong($"{Name}[{index}]", message, "an object with role and content");
            }

            hasParts |= Check(new JsonFields(message, $"{Name}[{index}]."));
            index++;
        }

        return hasParts ? Flatten(messages) : messages;
    }

    /// <returns>Whether the content is an array of parts.</returns>
    private static bool Check(JsonFields fields)
    {
        string allowed = "one of " + string.Join(", ", Roles);
        string role = fields.Text("role", allowed) ?? throw fields.Invalid("role", $"is missing, but must be {allowed}");
        if (!Roles.Contains(role))
        {
            throw fields.Invalid("role", $"is \"{role}\", but must be {allowed}");
        }

        foreach (JsonProperty property in fields.Element.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.String)
            {
                fields.Text(property.Value, property.Name);
            }
        }

        bool mayLackContent = role == "assistant" && (fields.TryGet("tool_calls", out _) || fields.TryGet("function_call", out _));
        return CheckContent(fields, mayLackContent);
    }

    private static bool CheckContent(JsonFields fields, bool mayLack)
    {
        const string Name = "content";
        const string Allowed = "a string or an array of parts {\"type\":\"text\",\"text\":...}";
        if (!fields.TryGet(Name, out JsonElement content))
        {
            return mayLack ? false : throw fields.Invalid(Name, $"is missing, but must be {Allowed}");
        }

        if (content.ValueKind != JsonValueKind.Array)
        {
            fields.Text(content, Name, Allowed);
            return false;
        }

        int index = 0;
        foreach (JsonElement part in content.EnumerateArray())
        {
            string path = $"{Name}[{index++}]";
            if (part.ValueKind != JsonValueKind.Object || !part.TryGetProperty("type", out JsonElement type))
            {
                throw fields.Wrong(path, part, "an object with a type");
            }

            if (type.ValueKind != JsonValueKind.String || !type.ValueEquals("text"))
            {
                throw fields.Wrong(path + ".type", type, "\"text\": this model reads text alone");
            }

            if (!part.TryGetProperty("text", out JsonElement text))
            {
                throw fields.Invalid(path + ".text", "is missing, but must be a string");
            }

            fields.Text(text, path + ".text");
        }

        return true;
    }

    /// <summary>Joins the parts of each content by line breaks, as vLLM does.</summary>
    private static JsonElement Flatten(JsonElement messages)
    {
        JsonArray array = JsonArray.Create(messages)!;
        foreach (JsonObject message in array.OfType<JsonObject>())
        {
            if (message["content"] is JsonArray parts)
            {
                message["content"] = string.Join('\n', parts.Select(part => part!["text"]!.GetValue<string>()));
            }
        }

        return JsonSerializer.SerializeToElement(array);
    }
}
