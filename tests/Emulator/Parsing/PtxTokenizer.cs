namespace Preble.Emulator.Parsing;

/// <summary>Cuts PTX text into tokens; comments vanish.</summary>
internal static class PtxTokenizer
{
    internal static List<PtxToken> Read(string text)
    {
        var tokens = new List<PtxToken>();
        int line = 1;
        int at = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (c == '\n')
            {
                line++;
                at++;
            }
            else if (char.IsWhiteSpace(c) || c == '\0')
            {
                at++;
            }
            else if (c == '/' && At(text, at + 1) == '/')
            {
                at = End(text.IndexOf('\n', at), text);
            }
            else if (c == '/' && At(text, at + 1) == '*')
            {
                int end = text.IndexOf("*/", at, StringComparison.Ordinal);
                end = end < 0 ? throw new PtxException(line, "comment without end") : end + 2;
                line += text.AsSpan(at, end - at).Count('\n');
                at = end;
            }
            else if (c == '"')
            {
                int end = text.IndexOf('"', at + 1);
                end = end < 0 ? throw new PtxException(line, "text without end") : end + 1;
                tokens.Add(new PtxToken(PtxTokenKind.Text, text[(at + 1)..(end - 1)], line));
                at = end;
            }
            else
            {
                int end = WordEnd(text, at);
                PtxTokenKind kind = end == at ? PtxTokenKind.Mark : char.IsAsciiDigit(c) ? PtxTokenKind.Number : PtxTokenKind.Word;
                end = Math.Max(end, at + 1);
                tokens.Add(new PtxToken(kind, text[at..end], line));
                at = end;
            }
        }

        tokens.Add(new PtxToken(PtxTokenKind.End, "end of file", line));
        return tokens;
    }

    private static int WordEnd(string text, int at)
    {
        while (true)
        {
            if (char.IsAsciiLetterOrDigit(At(text, at)) || At(text, at) is '_' or '$' or '%' or '.')
            {
                at++;
            }
            else if (At(text, at) == ':' && At(text, at + 1) == ':')
            {
                at += 2;
            }
            else
            {
                return at;
            }
        }
    }

    private static char At(string text, int at) => at < text.Length ? text[at] : '\0';

    private static int End(int at, string text) => at < 0 ? text.Length : at;
}
