"""Writes NfcData.cs: combining classes, canonical decompositions and compositions of Python's Unicode database. Run here: python3 make_nfc_data.py"""
import base64, sys, unicodedata, zlib

def varint(n):
    out = bytearray()
    while n >= 0x80: out.append(n & 0x7F | 0x80); n >>= 7
    out.append(n); return out

def deltas(rows):
    """Rows sorted by their first number, which is written as the difference to the row before."""
    out, last = bytearray(varint(len(rows))), 0
    for row in rows:
        out += varint(row[0] - last); last = row[0]
        for n in row[1:]: out += varint(n)
    return out

classes, pairs, singles = [], [], []
for cp in range(sys.maxunicode + 1):
    if 0xAC00 <= cp <= 0xD7A3 or 0xD800 <= cp <= 0xDFFF: continue  # Hangul syllables follow a formula
    c = chr(cp)
    if unicodedata.combining(c): classes.append((cp, unicodedata.combining(c)))
    d = unicodedata.decomposition(c)
    if d and not d.startswith("<"):
        to = [int(x, 16) for x in d.split()]
        if len(to) == 1: singles.append((cp, to[0]))
        else: pairs.append((cp, *to, int(unicodedata.normalize("NFC", c) == c)))  # the last: whether the pair composes again
data = base64.b64encode(zlib.compress(bytes(deltas(classes) + deltas(singles) + deltas(pairs)), 9)).decode()
lines = [data[i:i + 120] for i in range(0, len(data), 120)]
with open("NfcData.cs", "w") as f:
    f.write(f"""namespace Preble.Engine.Text.Unicode;

/// <summary>Canonical data of Unicode {unicodedata.unidata_version}, written by make_nfc_data.py; <see cref="NfcTables"/> reads it.</summary>
internal static class NfcData
{{
    /// <summary>Base64 of a zlib stream of three tables of varints: combining classes, decompositions to one and to two characters.</summary>
    internal const string Packed =
""")
    f.write(" +\n".join(f'        "{l}"' for l in lines) + ";\n}\n")
