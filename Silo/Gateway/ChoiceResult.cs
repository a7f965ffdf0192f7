using System.Text;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>What one choice has produced so far.</summary>
internal sealed class ChoiceResult(int prompt)
{
    private readonly StringBuilder _text = new();

    /// <summary>Index of its prompt.</summary>
    public int Prompt { get; } = prompt;

    /// <summary>Whether nothing came yet.</summary>
    public bool IsFresh { get; private set; } = true;

    public string Text => _text.ToString();

    /// <summary>Characters of the tokens' own texts so far; where the next token's text begins.</summary>
    public int TokenChars { get; set; }

    public List<TokenLogprob> Logprobs { get; } = [];

    public int Tokens { get; private set; }

    public int CachedTokens { get; private set; }

    public GenerationEvent? End { get; private set; }

    public void Add(GenerationEvent item, bool keep)
    {
        if (IsFresh)
        {
            CachedTokens = item.CachedTokens;
        }

        IsFresh = false;
        Tokens += item.Tokens.Length;
        End = item.Finish is null ? End : item;
        if (keep)
        {
            _text.Append(item.Text);
            Logprobs.AddRange(item.Logprobs ?? []);
        }
    }
}
