namespace Preble.Engine.Text.Jinja;

/// <summary>
/// An error inside the interpreter, before the position is known; <see cref="ChatTemplate"/> turns it into a <see cref="ChatTemplateException"/>.
/// </summary>
internal sealed class JinjaException(string message, bool raisedByTemplate = false) : Exception(message)
{
    /// <summary>Whether the template itself asked for it by raise_exception.</summary>
    internal bool RaisedByTemplate { get; } = raisedByTemplate;
}
