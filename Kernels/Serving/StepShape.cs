using System.Runtime.CompilerServices;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Serving;

/// <summary>
/// Sizes of one way through the layers, and from them where everything stands in the step buffer. What the device is asked to do follows from the shape
/// alone, so that it can be recorded.
/// </summary>
/// <param name="Tokens">Rows.</param>
/// <param name="Decodes">Attention entries of one token.</param>
/// <param name="Prefills">Attention entries of chunks.</param>
/// <param name="QueryTokens">The most tokens of a chunk.</param>
/// <param name="Parts">Parts of the contexts of all decodes.</param>
/// <param name="Pages">Pages of all entries.</param>
/// <param name="Rows">Rows of logits: those wanted, or without chunks all.</param>
internal readonly record struct StepShape(int Tokens, int Decodes, int Prefills, int QueryTokens, int Parts, int Pages, int Rows)
{
    private const int EntryInts = 4;
    private static readonly int ChoiceInts = Unsafe.SizeOf<SampleChoice>() / sizeof(int);

    /// <summary>Attention entries.</summary>
    internal int Entries => Decodes + Prefills;

    /// <summary>Whether rows are chosen for the logits; if not, the rows of logits are the rows.</summary>
    internal bool Gathers => Prefills > 0;

    /// <summary>Where int32 [Tokens] positions begin, in numbers of 4 bytes like all that follow; the tokens stand at 0.</summary>
    internal int Positions => Tokens;

    /// <summary>int32 [Tokens]</summary>
    internal int Slots => 2 * Tokens;

    /// <summary>int32 [Entries, 4], decodes first; aligned to 16 bytes.</summary>
    internal int EntriesAt => Align(3 * Tokens);

    /// <summary>int32 [Rows], if rows are chosen.</summary>
    internal int Gather => EntriesAt + (Entries * EntryInts);

    /// <summary><see cref="SampleChoice"/> [Rows], aligned to 16 bytes.</summary>
    internal int Choices => Align(Gather + Rows);

    /// <summary>int32 [1 + Parts]: the number of parts, and the decode of each. So far everything stands where <see cref="Tokens"/>, <see cref="Entries"/>
    /// and <see cref="Rows"/> say, which a recorded step relies on.</summary>
    internal int PartList => Choices + (Rows * ChoiceInts);

    /// <summary>int32 [Pages], each entry's behind one another. Entries count from the start of the buffer where theirs begin.</summary>
    internal int PageList => PartList + 1 + Parts;

    /// <summary>Adjustments of all rows; aligned to 16 bytes. The last, since their number is not part of the shape.</summary>
    internal int Adjustments => Align(PageList + Pages);

    /// <summary>Numbers that the buffer needs at most within limits.</summary>
    internal static long IntsMax(StepLimits limits) =>
        Align(3 * limits.Tokens) + (limits.Tokens * (long)EntryInts) + limits.Rows + (limits.Rows * (long)ChoiceInts) + 1 + limits.Parts + limits.Pages
        + (limits.Adjustments * 4L) + 16;

    private static int Align(int ints) => (ints + 3) & ~3;
}
