"""Writes tokenizers.json: a small byte-level vocabulary, variants of it, and texts; reference.mjs adds the ids that an independent implementation gives."""
import collections, json, random, re

bs = [*range(33, 127), *range(161, 173), *range(174, 256)]; moved = [b for b in range(256) if b not in bs]
B2U = {**{b: chr(b) for b in bs}, **{b: chr(256 + i) for i, b in enumerate(moved)}}
text = ("The quick brown fox jumps over the lazy dog. I'm sure it's what we've been told; they'll say we'd rather not, you're right! 123 4567 89 2024 "
        "Größe über straße naïve café  déjà vu  日本語 テスト こんにちは 世界 привет мир مرحبا بالعالم שלום 😀😁👍🏽 "
        "\n\n  def f(x):\n    return x + 1\n\tif (a==b) { c[i]++; }\r\n<html><body class=\"x\">&nbsp;</body></html> https://example.com/a?b=c&d=1 "
        "the the and and ing ing tion er er on on in in at at an an   \n\n\n ... --- === ///  한국어 안녕하세요 ") * 3
words = collections.Counter(re.findall(r" ?[^\W\d_]+| ?\d+| ?[^\s\w]+|\s+", text))
tokens = {w: [B2U[b] for b in w.encode()] for w in words}
vocab, merges = [B2U[b] for b in range(256)], []
while len(merges) < 240:
    pairs = collections.Counter()
    for w, c in words.items():
        for pair in zip(tokens[w], tokens[w][1:]): pairs[pair] += c
    (a, b), _ = max(pairs.items(), key=lambda kv: (kv[1], kv[0]))
    merges.append(f"{a} {b}"); vocab.append(a + b)
    for w, t in tokens.items():
        out = []
        for x in t:
            if out and out[-1] == a and x == b: out[-1] = a + b
            else: out.append(x)
        tokens[w] = out
vocab = list(dict.fromkeys(vocab + ["".join(B2U[b] for b in w.encode()) for w in (" whole", "Whole", "日本")]))
n = len(vocab)

def added(i, content, special=True, lstrip=False, rstrip=False, normalized=False):
    return {"id": n + i, "content": content, "single_word": False, "lstrip": lstrip, "rstrip": rstrip, "normalized": normalized, "special": special}

def byte_level(prefix, regex): return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, "use_regex": regex}

def split(digits, **other):
    pattern = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + digits + r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False, **other}

def sequence(*steps): return {"type": "Sequence", "pretokenizers": [*steps]}

begin = {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<|begin|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "pair": [],
         "special_tokens": {"<|begin|>": {"id": "<|begin|>", "ids": [n], "tokens": ["<|begin|>"]}}}
variants = {
    "gpt2": {"pre_tokenizer": byte_level(False, True), "post_processor": byte_level(True, True)},
    "gpt2 with prefix space": {"pre_tokenizer": byte_level(True, True)},
    "llama 3": {"pre_tokenizer": sequence(split("{1,3}"), byte_level(False, False)),
                "post_processor": {"type": "Sequence", "processors": [byte_level(True, False), begin]}, "model": {"ignore_merges": True}},
    "qwen 2": {"pre_tokenizer": sequence(split(""), byte_level(False, False)), "normalizer": {"type": "NFC"}, "post_processor": byte_level(False, False)},
    "digits": {"pre_tokenizer": sequence({"type": "Digits", "individual_digits": True}, byte_level(False, True))},
}
base = {"version": "1.0", "truncation": None, "padding": None, "normalizer": None, "pre_tokenizer": None, "post_processor": None, "decoder": byte_level(True, True),
        "added_tokens": [added(0, "<|begin|>"), added(1, "<|end|>"), added(2, "<|end|>>x"), added(3, "<tool>", special=False), added(4, "<L>", lstrip=True),
                         added(5, "<R>", rstrip=True), added(6, "café", special=False, normalized=True), added(7, "\n\n\n\n", special=False)],
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False,
                  "byte_fallback": False, "ignore_merges": False, "vocab": {t: i for i, t in enumerate(vocab)}, "merges": merges}}
texts = ["", "a", " ", "  ", "   x", "x   ", " \n", " \n x", "\n\n\n x", "a\n\n\n\n\nb", "\t\tx", "a\t b", "\r\n\r\n", "a \r\n b", "I'm I'M i'Ll we'VE 's 'S 't it's' 'x don't",
         "''''s", "'ſ 'ſx ſ", "O'Reilly's", "12345 1 22 333 4444", "٣٤٥ ٦", "x²³ ½ Ⅷ ①②", "a1b2c3", "_under_score__", "foo.bar()  ;; !!\n\n  ok", "!!!\n\n", "?\r\n\r\nx",
         "日本語テスト", "日本 whole Whole wholes", "한국어 조합 ", "e\u0301 cafe\u0301 café Å \u212b \u1100\u1161\u11a8 가\u11a8", "a\u0323\u0307 a\u0307\u0323 \u0344 \u0958 \ufb1d",
         "مرحبا بالعالم ١٢٣", "שָׁלוֹם עולם", "\u00a0x \u00a0\u00a0y", "a\u2003b \u3000c", "zero\u200bwidth\u200d joiner", "\ufeffbom x\ufeff y", "\u0085next \u0085\u0085 z", "\u180ex",
         "😀😁 👍🏽👩‍👩‍👧 x😀y", "𝐀𝐁𝐂 𝟏𝟐𝟑𝟒 𐐀𐐨 𠀀𠀁", "\U0001F1E9\U0001F1EA🏴󠁧󠁢󠁥󠁮󠁧󠁿", "<|begin|>hi<|end|>", "<|end|>>x<|end|>>", "<|end|<|end|>", "a <tool> b<tool>",
         "a  <L>  b", "a  <R>  \n b", "<R>  <L> <L><R>", " café cafe\u0301s CAFÉ", "\n\n\n\n\n\n\n\nx", "https://example.com/a?b=c&d=1#f", "if (a==b) {\n\treturn c[i]++;\n}\n",
         "x" * 120, "ab" * 80, " " * 60, "\n" * 30, "ß ẞ ŉ İ ı", "\u0301\u0301x", "\u2028\u2029x\u2028", "\x1c\x1d\x1e\x1fx\x0b\x0c"]
r = random.Random(5)
pool = [" ", "  ", "\n", "\r\n", "\t", "'s", "'RE", "'", "a", "B", "the", "ing", "é", "e\u0301", "ß", "日", "本", "1", "23", "456", "²", "٣", "!", "...", "-", "_", "(", "😀", "𝐀", "𝟙",
        "\u00a0", "\u3000", "\u200d", "<|end|>", "<tool>", "<L>", "<R>", "\u0301", "가", "\u1100\u1161", "<", "|", "ſ"]
texts += ["".join(r.choice(pool) for _ in range(r.randint(1, 14))) for _ in range(70)]
with open("tokenizers.json", "w") as f: json.dump({"base": base, "variants": variants, "texts": texts}, f, separators=(",", ":"))
