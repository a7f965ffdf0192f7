using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Preble.Engine.Text.Unicode;

namespace Preble.Engine.Text;

/// <summary>
/// A byte-level BPE tokenizer, read from a Hugging Face tokenizer.json: the vocabularies of GPT-2, Llama 3, Qwen 2 and their like.
/// Decoding the tokens of any bytes gives those bytes again (of their normalization form C, where the tokenizer normalizes).
/// Immutable but for its caches; safe for any number of threads.
/// </summary>
public sealed class Tokenizer
{
    private readonly TokenizerModel _model;
    private readonly BytePairEncoder _encoder;
    private readonly WordCache _cache = new();
    private readonly AddedTokenMatcher? _rawMatcher;
    private readonly AddedTokenMatcher? _normalizedMatcher;
    private readonly HashSet<int> _special;
    private readonly string?[] _texts;

    private Tokenizer(TokenizerModel model)
    {
        _model = model;
        _encoder = new BytePairEncoder(new MergeTable(model.Merges), model.IdOfByte, model.Unknown);
        _special = [.. model.AddedTokens.Where(t => t.Special).Select(t => t.Id)];
        _texts = new string?[model.TokenBytes.Length];
        _rawMatcher = Matcher(model.AddedTokens.Where(t => !t.Normalized));
        _normalizedMatcher = Matcher(model.AddedTokens.Where(t => t.Normalized));
    }

    /// <summary>One more than the largest token id.</summary>
    public int VocabularySize => _model.TokenBytes.Length;

    /// <summary>Reads <c>tokenizer.json</c> of a model folder. Throws <see cref="TokenizerFormatException"/>, which names file and field.</summary>
    public static Tokenizer Load(string folder) => new(TokenizerFile.Read(Path.Combine(folder, "tokenizer.json")));

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">Any text; a surrogate without its pair is an <see cref="ArgumentException"/> that names its index.</param>
    /// <param name="addSpecialTokens">Whether the tokenizer's own begin and end tokens are put around it. Text of a chat template has them
    /// already.</param>
    /// <param name="parseSpecial">Whether text that spells a special token becomes that token; otherwise it is taken as the letters it is.</param>
    public int[] Encode(string text, bool addSpecialTokens, bool parseSpecial)
    {
        ArgumentNullException.ThrowIfNull(text);
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var status = Utf8.FromUtf16(text, utf8, out var read, out var written, replaceInvalidSequences: false);
            return status == OperationStatus.Done
                ? Encode(utf8.AsSpan(0, written), addSpecialTokens, parseSpecial)
                : throw new ArgumentException($"The character at index {read} is a surrogate without its pair.", nameof(text));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    /// <summary>The tokens of any bytes; those that are not UTF-8 are neither letters nor digits nor spaces.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="addSpecialTokens">As for text.</param>
    /// <param name="parseSpecial">As for text.</param>
    public int[] Encode(ReadOnlySpan<byte> utf8, bool addSpecialTokens, bool parseSpecial)
    {
        var output = new TokenBuffer(utf8.Length / 3);
        try
        {
            if (addSpecialTokens)
            {
                output.Add(_model.Prefix);
            }

            EncodeRaw(utf8, parseSpecial, ref output);
            if (addSpecialTokens)
            {
                output.Add(_model.Suffix);
            }

            return output.ToArray();
        }
        finally
        {
            output.Dispose();
        }
    }

    /// <summary>The bytes of tokens.</summary>
    /// <param name="ids">Ids; one outside of the vocabulary has no bytes, as models pad their output to round sizes.</param>
    /// <param name="skipSpecial">Whether special tokens are left out.</param>
    public byte[] DecodeBytes(ReadOnlySpan<int> ids, bool skipSpecial)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(16, ids.Length * 4));
        foreach (var id in ids)
        {
            if (!(skipSpecial && IsSpecial(id)))
            {
                output.Write(TokenBytes(id));
            }
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>The text of tokens; bytes that are not UTF-8 become U+FFFD, as Unicode recommends.</summary>
    /// <param name="ids">As for <see cref="DecodeBytes"/>.</param>
    /// <param name="skipSpecial">Whether special tokens are left out.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial) => Encoding.UTF8.GetString(DecodeBytes(ids, skipSpecial));

    /// <summary>The bytes of one token, which need not be whole characters; none for an id that no token has.</summary>
    public ReadOnlySpan<byte> TokenBytes(int id) => (uint)id < (uint)_model.TokenBytes.Length ? _model.TokenBytes[id] : [];

    /// <summary>As <see cref="TokenBytes"/>, to be kept.</summary>
    internal ReadOnlyMemory<byte> TokenMemory(int id) =>
        (uint)id < (uint)_model.TokenBytes.Length ? _model.TokenBytes[id] : ReadOnlyMemory<byte>.Empty;

    /// <summary>Whether a token is markup of the model rather than text.</summary>
    public bool IsSpecial(int id) => _special.Contains(id);

    /// <summary>The id of a token by its name in tokenizer.json: the text of an added token, else bytes in the byte-level alphabet.</summary>
    public bool TryGetId(string token, out int id) => _model.Ids.TryGetValue(token, out id);

    /// <summary>The text of a token by itself, kept for the next time; U+FFFD for bytes that are not UTF-8 by themselves.</summary>
    public string TokenText(int id)
    {
        if ((uint)id >= (uint)_texts.Length)
        {
            return "";
        }

        return _texts[id] ??= Encoding.UTF8.GetString(_model.TokenBytes[id]);
    }

    /// <summary>1. Added tokens that are looked for in the text as given.</summary>
    private void EncodeRaw(ReadOnlySpan<byte> text, bool parseSpecial, ref TokenBuffer output)
    {
        var taken = 0;
        var from = 0;
        while (_rawMatcher is not null && _rawMatcher.TryFind(text, taken, ref from, parseSpecial, out var match))
        {
            EncodeNormalized(text[taken..match.Start], parseSpecial, ref output);
            output.Add(match.Token.Id);
            taken = match.End;
        }

        EncodeNormalized(text[taken..], parseSpecial, ref output);
    }

    /// <summary>2. Normalization, and the added tokens that are looked for behind it.</summary>
    private void EncodeNormalized(ReadOnlySpan<byte> text, bool parseSpecial, ref TokenBuffer output)
    {
        if (_model.NormalizesToNfc && NfcNormalizer.TryNormalize(text) is { } normalized)
        {
            text = normalized;
        }

        var taken = 0;
        var from = 0;
        while (_normalizedMatcher is not null && _normalizedMatcher.TryFind(text, taken, ref from, parseSpecial, out var match))
        {
            EncodePiece(text[taken..match.Start], 0, ref output);
            output.Add(match.Token.Id);
            taken = match.End;
        }

        EncodePiece(text[taken..], 0, ref output);
    }

    /// <summary>3. Words: each step of pre-tokenization inside the pieces of the step before.</summary>
    private void EncodePiece(ReadOnlySpan<byte> text, int step, ref TokenBuffer output)
    {
        if (text.IsEmpty)
        {
            return;
        }

        if (step == _model.PreTokenizer.PrefixSpaceBefore && text[0] != ' ')
        {
            text = (byte[])[(byte)' ', .. text];
        }

        if (step == _model.PreTokenizer.Scanners.Count)
        {
            EncodeWord(text, ref output);
            return;
        }

        var scanner = _model.PreTokenizer.Scanners[step];
        var last = step + 1 == _model.PreTokenizer.Scanners.Count && _model.PreTokenizer.PrefixSpaceBefore != step + 1;
        for (var start = 0; start < text.Length;)
        {
            var end = scanner.EndOfWord(text, start);
            if (last)
            {
                EncodeWord(text[start..end], ref output);
            }
            else
            {
                EncodePiece(text[start..end], step + 1, ref output);
            }

            start = end;
        }
    }

    /// <summary>4. The tokens of a word, from the cache if it was met before.</summary>
    private void EncodeWord(ReadOnlySpan<byte> word, ref TokenBuffer output)
    {
        var cacheable = word.Length <= WordCache.WordBytesMax;
        var hash = cacheable ? WordCache.Hash(word) : 0;
        if (cacheable && _cache.TryGet(word, hash, out var known))
        {
            output.Add(known);
            return;
        }

        var room = output.Reserve(word.Length);
        var count = 1;
        if (_model.WholeWords is not null && _model.WholeWords.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(word, out var whole))
        {
            room[0] = whole;
        }
        else
        {
            count = _encoder.Encode(word, room);
        }

        if (cacheable)
        {
            _cache.Add(word, hash, room[..count]);
        }

        output.Advance(count);
    }

    private AddedTokenMatcher? Matcher(IEnumerable<AddedToken> tokens)
    {
        var patterns = tokens.Select(t => (t, Pattern(t))).ToList();
        return patterns.Count == 0 ? null : new AddedTokenMatcher(patterns);
    }

    private byte[] Pattern(AddedToken token)
    {
        var bytes = Encoding.UTF8.GetBytes(token.Content);
        return token.Normalized && _model.NormalizesToNfc ? NfcNormalizer.TryNormalize(bytes) ?? bytes : bytes;
    }
}
