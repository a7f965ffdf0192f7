namespace Preble.Engine.Text;

/// <summary>What the pre-tokenization patterns tell apart.</summary>
internal enum TextClass : byte
{
    /// <summary>Anything that is none of the below, bytes that are not UTF-8 included.</summary>
    Other,

    /// <summary><c>\p{L}</c></summary>
    Letter,

    /// <summary><c>\p{N}</c></summary>
    Number,

    /// <summary><c>\s</c>, by the Unicode property White_Space.</summary>
    Space,
}
