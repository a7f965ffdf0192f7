namespace Preble.Engine.Text;

/// <summary>A token that is found in the text as a whole, before anything else is split.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">The text it stands for; not empty.</param>
/// <param name="Special">Whether it is markup of the model rather than text: it may be left unparsed, and left out of decoded text.</param>
/// <param name="SingleWord">Whether it matches only where no word character stands beside it.</param>
/// <param name="LeftStrip">Whether it swallows the white space before it.</param>
/// <param name="RightStrip">Whether it swallows the white space after it.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text rather than in the text as given.</param>
internal sealed record AddedToken(int Id, string Content, bool Special, bool SingleWord, bool LeftStrip, bool RightStrip, bool Normalized);
