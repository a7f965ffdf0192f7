namespace Preble.Engine.Text;

/// <summary>
/// Readers of the parts of a tokenizer.json around its model. Whatever is not supported is refused by name rather than approximated.
/// </summary>
internal static class TokenizerParts
{
    private const string ContractionPattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}DIGITS| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly Dictionary<string, Func<IWordScanner>> Patterns = new(StringComparer.Ordinal)
    {
        [@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"] = () => new Gpt2Scanner(),
        [ContractionPattern.Replace("DIGITS", "{1,3}", StringComparison.Ordinal)] = () => new ContractionScanner(3),
        [ContractionPattern.Replace("DIGITS", "", StringComparison.Ordinal)] = () => new ContractionScanner(1),
    };

    /// <summary>Whether text is normalized to form C; no normalizer and NFC are supported.</summary>
    internal static bool NormalizesToNfc(JsonField normalizer) => Flatten(normalizer, "normalizers").Select(step => Type(step) switch
    {
        "NFC" => true,
        var other => throw step["type"].Wrong($"normalizer \"{other}\" is not supported; NFC and none are"),
    }).Count() > 0;

    /// <summary>The steps of pre-tokenization, which must end in the byte-level one.</summary>
    internal static PreTokenizer PreTokenizer(JsonField field)
    {
        var scanners = new List<IWordScanner>();
        var prefixSpaceBefore = -1;
        var bytes = false;
        foreach (var step in Flatten(field, "pretokenizers"))
        {
            if (bytes)
            {
                throw step.Wrong("a step after ByteLevel is not supported");
            }

            switch (Type(step))
            {
                case "ByteLevel":
                    bytes = true;
                    prefixSpaceBefore = step["add_prefix_space"].Bool(true) ? scanners.Count : -1;
                    if (step["use_regex"].Bool(true))
                    {
                        scanners.Add(new Gpt2Scanner());
                    }

                    break;
                case "Split":
                    scanners.Add(SplitScanner(step));
                    break;
                case "Digits":
                    scanners.Add(new DigitsScanner(step["individual_digits"].Bool()));
                    break;
                case var other:
                    throw step["type"].Wrong($"pre-tokenizer \"{other}\" is not supported; ByteLevel, Split, Digits and sequences of them are");
            }
        }

        return bytes
            ? new PreTokenizer(scanners, prefixSpaceBefore)
            : throw field.Wrong("a ByteLevel step is wanted; only byte-level BPE is supported");
    }

    /// <summary>Ids put before and behind the text when special tokens are asked for.</summary>
    internal static (int[] Prefix, int[] Suffix) PostProcessor(JsonField field, IReadOnlyDictionary<string, int> ids)
    {
        (int[], int[]) found = ([], []);
        var templates = 0;
        foreach (var step in Flatten(field, "processors"))
        {
            switch (Type(step))
            {
                case "ByteLevel": // Trims offsets, which are not kept here.
                    break;
                case "TemplateProcessing" when ++templates == 1:
                    found = Template(step, ids);
                    break;
                case "TemplateProcessing":
                    throw step.Wrong("a second TemplateProcessing is not supported");
                case var other:
                    throw step["type"].Wrong($"post-processor \"{other}\" is not supported; ByteLevel, TemplateProcessing and sequences of them are");
            }
        }

        return found;
    }

    /// <summary>Refuses a decoder that does anything but take the byte alphabet back.</summary>
    internal static void CheckDecoder(JsonField field)
    {
        foreach (var step in Flatten(field, "decoders"))
        {
            if (Type(step) is not "ByteLevel" and var other)
            {
                throw step["type"].Wrong($"decoder \"{other}\" is not supported; ByteLevel is");
            }
        }
    }

    private static IWordScanner SplitScanner(JsonField step)
    {
        var pattern = step["pattern"];
        if (!pattern.IsObject || pattern["Regex"].IsNull)
        {
            throw pattern.Wrong("a pattern other than {\"Regex\": ...} is not supported");
        }

        var regex = pattern["Regex"].String();
        if (!Patterns.TryGetValue(regex, out var scanner))
        {
            throw pattern["Regex"].Wrong($"the pattern {regex} is not supported; those of GPT-2, Llama 3 and Qwen 2 are");
        }

        // The known patterns match every character, so keeping the matches and dropping what lies between them is the same as isolating them.
        var behavior = step["behavior"].String();
        return behavior == "Isolated" || (behavior == "Removed" && step["invert"].Bool())
            ? scanner()
            : throw step["behavior"].Wrong($"behavior \"{behavior}\" is not supported; \"Isolated\" is, and inverted \"Removed\"");
    }

    private static (int[] Prefix, int[] Suffix) Template(JsonField step, IReadOnlyDictionary<string, int> ids)
    {
        var prefix = new List<int>();
        var suffix = new List<int>();
        var seenText = false;
        foreach (var piece in step["single"].Elements())
        {
            if (!piece["Sequence"].IsNull)
            {
                seenText = !seenText ? true : throw piece.Wrong("the text may stand once");
                continue;
            }

            var name = piece["SpecialToken"]["id"].String();
            var special = step["special_tokens"][name]["ids"];
            (seenText ? suffix : prefix).AddRange(special.Elements().Select(id => ids.Values.Contains(id.Count())
                ? id.Count()
                : throw id.Wrong($"no token has id {id.Count()}")));
        }

        return seenText ? ([.. prefix], [.. suffix]) : throw step["single"].Wrong("the text is missing");
    }

    private static string Type(JsonField step) => step["type"].String();

    /// <summary>The steps of a part that may be absent, one step, or a sequence of steps under <paramref name="member"/>.</summary>
    private static IEnumerable<JsonField> Flatten(JsonField field, string member)
    {
        if (field.IsNull)
        {
            return [];
        }

        return Type(field) == "Sequence" ? field[member].Elements().SelectMany(step => Flatten(step, member)) : [field];
    }
}
