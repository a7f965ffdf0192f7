using System.Text.Json;
using System.Text.Json.Nodes;

namespace Preble.Silo.Gateway;

/// <summary>Reads the messages of a chat into the form that chat templates take: every content a string or absent.</summary>
internal static class ChatFields
{
    private const int MessagesMax = 4096;
    private const string Refusal = "refusal";
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    /// <summary>The messages, checked; as they came unless a content is no string.</summary>
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

        bool mustFlatten = false;
        int index = 0;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object)
            {
                throw fields.Wrong($"{Name}[{index}]", message, "an object with role and content");
            }

            mustFlatten |= Check(new JsonFields(message, $"{Name}[{index}]."));
            index++;
        }

        return mustFlatten ? Flatten(messages) : messages;
    }

    /// <returns>Whether the content is not yet a string.</returns>
    private static bool Check(JsonFields fields)
    {
        string allowed = "one of " + string.Join(", ", Roles);
        string role = fields.Text("role", allowed) ?? throw fields.Invalid("role", $"is missing, but must be {allowed}");
        if (!Roles.Contains(role))
        {
            throw fields.Invalid("role", $"is \"{role}\", but must be {allowed}");
        }

        return CheckContent(fields, role == "assistant");
    }

    /// <param name="fields">The message.</param>
    /// <param name="isAnswer">Whether it is the model's own: it may lack a content, as one that calls tools does, and hold refusals.</param>
    private static bool CheckContent(JsonFields fields, bool isAnswer)
    {
        const string Name = "content";
        const string Allowed = "a string or an array of parts {\"type\":\"text\",\"text\":...}";
        if (!fields.TryGet(Name, out JsonElement content))
        {
            return isAnswer ? true : throw fields.Invalid(Name, $"is missing, but must be {Allowed}");
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

            string name = fields.Text(type, path + ".type");
            if (name != "text" && !(isAnswer && name == Refusal))
            {
                throw fields.Wrong(path + ".type", type, "\"text\": this model reads text alone");
            }

            if (!part.TryGetProperty(name, out JsonElement text))
            {
                throw fields.Invalid($"{path}.{name}", "is missing, but must be a string");
            }

            fields.Text(text, $"{path}.{name}");
        }

        return true;
    }

    /// <summary>Joins the parts of each content by line breaks, and makes a missing one empty, as vLLM does.</summary>
    private static JsonElement Flatten(JsonElement messages)
    {
        JsonArray array = JsonArray.Create(messages)!;
        foreach (JsonObject message in array.OfType<JsonObject>())
        {
            message["content"] = message["content"] switch
            {
                JsonArray parts => string.Join('\n', parts.Select(part => part![part["type"]!.GetValue<string>()]!.GetValue<string>())),
                null => "",
                JsonNode text => text.GetValue<string>(),
            };
        }

        return JsonSerializer.SerializeToElement(array);
    }
}
