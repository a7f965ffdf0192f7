namespace Preble.Core.Tests.Serving;

/// <summary>A model whose logits follow from all tokens before them and from nothing else.</summary>
internal static class TokenHistory
{
    public const int VocabularySize = 24;

    public const ulong Start = 0x243F6A8885A308D3;

    public static ulong Next(ulong history, int token)
    {
        ulong state = (history ^ (ulong)token) * 0x9E3779B97F4A7C15;
        state ^= state >> 29;
        state *= 0xBF58476D1CE4E5B9;
        return state ^ (state >> 32);
    }

    public static void Logits(ulong history, Span<float> logits)
    {
        for (int i = 0; i < logits.Length; i++) logits[i] = Next(history, i) >> 40;
    }
}
