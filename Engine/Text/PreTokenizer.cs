namespace Preble.Engine.Text;

/// <summary>The steps by which text between added tokens is cut into words, applied one inside the other.</summary>
/// <param name="Scanners">The steps before the last one takes bytes for characters; may be empty.</param>
/// <param name="PrefixSpaceBefore">Index of the step before which every piece that begins without a space gets one, or -1. Equal to the number of
/// steps: after all.</param>
internal sealed record PreTokenizer(IReadOnlyList<IWordScanner> Scanners, int PrefixSpaceBefore);
