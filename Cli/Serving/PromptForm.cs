namespace Preble.Cli.Serving;

/// <summary>How a prompt is sent.</summary>
internal enum PromptForm
{
    /// <summary>As text of plain words, about one token each.</summary>
    Text,

    /// <summary>As an array of token ids.</summary>
    Tokens,
}
