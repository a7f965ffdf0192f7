namespace Preble.Engine.Text;

/// <summary>Cuts text into the words that are merged by themselves: one step of pre-tokenization.</summary>
internal interface IWordScanner
{
    /// <summary>The end of the word that begins at <paramref name="start"/>.</summary>
    /// <param name="text">UTF-8; sequences that are not valid are characters that are neither letter, number nor space.</param>
    /// <param name="start">Start of a word; less than the text's length.</param>
    /// <returns>Greater than <paramref name="start"/>, at most the text's length. Depends on the text from the start on, never on what stands
    /// before.</returns>
    int EndOfWord(ReadOnlySpan<byte> text, int start);
}
