using System.Text;
using System.Text.Json;

namespace Preble.Engine.Text;

/// <summary>
/// Reads a Hugging Face tokenizer.json and checks it: vocabulary, merges and added tokens. The other parts have readers of their own.
/// </summary>
internal sealed class TokenizerFile
{
    /// <summary>Most token ids that a vocabulary may span.</summary>
    internal const int VocabularyTokensMax = 1 << 22;

    /// <summary>Most ids inside a vocabulary that no token has.</summary>
    internal const int MissingIdsMax = 1 << 16;

    private readonly JsonField _root;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<int, byte[]> _bytes = [];

    private TokenizerFile(JsonField root) => _root = root;

    /// <summary>Reads a file; throws <see cref="TokenizerFormatException"/>.</summary>
    internal static TokenizerModel Read(string file)
    {
        using var document = JsonField.Load(file);
        return new TokenizerFile(new JsonField(file, "", document.RootElement)).Read();
    }

    private TokenizerModel Read()
    {
        var model = _root["model"];
        RefuseOtherModels(model);
        ReadVocabulary(model["vocab"]);
        var merges = ReadMerges(model["merges"]);
        var wholeWords = model["ignore_merges"].Bool() ? WholeWords() : null;
        var idOfByte = Enumerable.Range(0, 256).Select(b => _ids.GetValueOrDefault(ByteAlphabet.CharFor((byte)b).ToString(), -1)).ToArray();
        var unknown = model["unk_token"] is { IsNull: false } field ? KnownId(field) : -1;
        var added = _root["added_tokens"] is { IsNull: false } list ? ReadAddedTokens(list) : [];
        TokenizerParts.CheckDecoder(_root["decoder"]);
        var (prefix, suffix) = TokenizerParts.PostProcessor(_root["post_processor"], _ids);
        return new TokenizerModel
        {
            TokenBytes = TableOfBytes(model["vocab"]),
            Ids = _ids,
            WholeWords = wholeWords,
            Merges = merges,
            IdOfByte = idOfByte,
            Unknown = unknown,
            AddedTokens = added,
            NormalizesToNfc = TokenizerParts.NormalizesToNfc(_root["normalizer"]),
            PreTokenizer = TokenizerParts.PreTokenizer(_root["pre_tokenizer"]),
            Prefix = prefix,
            Suffix = suffix,
        };
    }

    private static void RefuseOtherModels(JsonField model)
    {
        if (model["type"] is { IsNull: false } type && type.String() != "BPE")
        {
            throw type.Wrong($"model type \"{type.String()}\" is not supported; only byte-level BPE is");
        }

        if (model["byte_fallback"].Bool())
        {
            throw model["byte_fallback"].Wrong("byte fallback (SentencePiece) is not supported; only byte-level BPE is");
        }

        if (model["dropout"] is { Element.ValueKind: JsonValueKind.Number } dropout && dropout.Element.GetDouble() != 0)
        {
            throw dropout.Wrong("dropout is not supported");
        }

        foreach (var name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model[name] is { IsNull: false } affix && affix.String().Length > 0)
            {
                throw affix.Wrong($"\"{affix.String()}\" is not supported; only byte-level BPE without affixes is");
            }
        }
    }

    private void ReadVocabulary(JsonField vocabulary)
    {
        foreach (var (token, field) in vocabulary.Members())
        {
            var id = field.Count();
            if (id >= VocabularyTokensMax)
            {
                throw field.Wrong($"id {id} is over the limit of {VocabularyTokensMax - 1}");
            }

            if (!_bytes.TryAdd(id, ByteAlphabet.TryDecode(token) ?? Encoding.UTF8.GetBytes(token)))
            {
                throw field.Wrong($"id {id} is given to another token too");
            }

            if (!_ids.TryAdd(token, id))
            {
                throw field.Wrong("the token stands twice in the vocabulary");
            }
        }

        if (_ids.Count == 0)
        {
            throw vocabulary.Wrong("the vocabulary is empty");
        }
    }

    private List<(int, int, int)> ReadMerges(JsonField field)
    {
        var merges = new List<(int, int, int)>();
        foreach (var merge in field.Elements())
        {
            string[] pair = merge.IsArray ? [.. merge.Elements().Select(e => e.String())] : merge.String().Split(' ');
            if (pair.Length != 2 || pair[0].Length == 0 || pair[1].Length == 0)
            {
                throw merge.Wrong("two tokens are wanted, as \"a b\" or [\"a\", \"b\"]");
            }

            merges.Add((MergeId(merge, pair[0]), MergeId(merge, pair[1]), MergeId(merge, pair[0] + pair[1])));
        }

        return merges;
    }

    private int MergeId(JsonField merge, string token) =>
        _ids.TryGetValue(token, out var id) ? id : throw merge.Wrong($"token \"{token}\" is not in the vocabulary");

    private int KnownId(JsonField field) =>
        _ids.TryGetValue(field.String(), out var id) ? id : throw field.Wrong($"token \"{field.String()}\" is not in the vocabulary");

    private Dictionary<byte[], int> WholeWords()
    {
        var words = new Dictionary<byte[], int>(ByteSequenceComparer.Instance);
        foreach (var (token, id) in _ids)
        {
            if (ByteAlphabet.TryDecode(token) is { } bytes)
            {
                words[bytes] = id;
            }
        }

        return words;
    }

    private List<AddedToken> ReadAddedTokens(JsonField field)
    {
        var tokens = new List<AddedToken>();
        foreach (var token in field.Elements())
        {
            var id = token["id"].Count();
            var content = token["content"].String();
            if (content.Length == 0)
            {
                continue; // Hugging Face passes over them too: they match nowhere.
            }

            var special = token["special"].Bool();
            tokens.Add(new AddedToken(
                id,
                content,
                special,
                SingleWord: token["single_word"].Bool(),
                LeftStrip: token["lstrip"].Bool(),
                RightStrip: token["rstrip"].Bool(),
                Normalized: token["normalized"].Bool(!special)));
            Register(token, id, content);
        }

        return tokens;
    }

    private void Register(JsonField token, int id, string content)
    {
        if (id >= VocabularyTokensMax)
        {
            throw token["id"].Wrong($"id {id} is over the limit of {VocabularyTokensMax - 1}");
        }

        if (_ids.TryGetValue(content, out var known))
        {
            if (known != id)
            {
                throw token["id"].Wrong($"\"{content}\" has id {id} here and {known} in the vocabulary");
            }
        }
        else if (_bytes.ContainsKey(id))
        {
            throw token["id"].Wrong($"id {id} is given to another token too");
        }

        _ids[content] = id;
        _bytes[id] = Encoding.UTF8.GetBytes(content); // The text itself, even where its characters belong to the byte alphabet.
    }

    private byte[][] TableOfBytes(JsonField vocabulary)
    {
        var size = _bytes.Keys.Max() + 1;
        if (size - _bytes.Count > MissingIdsMax)
        {
            throw vocabulary.Wrong($"ids reach {size - 1} but only {_bytes.Count} tokens have one; at most {MissingIdsMax} may be missing");
        }

        var table = new byte[size][];
        for (var id = 0; id < size; id++)
        {
            table[id] = _bytes.GetValueOrDefault(id, []);
        }

        return table;
    }
}
