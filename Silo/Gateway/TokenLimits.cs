namespace Preble.Silo.Gateway;

/// <summary>Works out how many tokens a completion may have.</summary>
internal static class TokenLimits
{
    private const string Code = "context_length_exceeded";

    /// <summary>Refuses a text that cannot fit however its tokens fall, before any time is spent on finding them.</summary>
    public static void RefuseHopeless(JsonFields fields, string field, ServedModel model, string text)
    {
        int least = text.Length / Math.Max(1, model.TokenBytesMax);
        if (least > model.ContextTokensMax)
        {
            throw fields.Invalid(field, $"has at least {least} tokens, but this model's context is {model.ContextTokensMax} tokens", Code);
        }
    }

    /// <param name="fields">The request.</param>
    /// <param name="names">Names of the limit, the first that is given counts.</param>
    /// <param name="promptField">The field that holds the prompt.</param>
    /// <param name="model">The model.</param>
    /// <param name="promptTokens">Length of the prompt in tokens.</param>
    /// <param name="otherwise">The limit when none is given; null for all that the context leaves.</param>
    public static int Resolve(JsonFields fields, string[] names, string promptField, ServedModel model, int promptTokens, int? otherwise)
    {
        int context = model.ContextTokensMax;
        int left = context - promptTokens;
        if (left < 1)
        {
            string says = $"has {promptTokens} tokens, but this model's context is {context} tokens, of which at least one must be left for the completion";
            throw fields.Invalid(promptField, says, Code);
        }

        foreach (string name in names)
        {
            if (fields.Integer(name, 1, int.MaxValue) is { } limit)
            {
                return limit <= left
                    ? (int)limit
                    : throw fields.Invalid(
                        name, $"is {limit}, but this model's context is {context} tokens and the prompt has {promptTokens}, so that at most {left} are left", Code);
            }
        }

        return Math.Min(otherwise ?? left, left);
    }
}
