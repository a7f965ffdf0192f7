namespace Preble.Engine.Text;

/// <summary>A chat template that cannot be parsed or rendered.</summary>
public sealed class ChatTemplateException : Exception
{
    /// <summary>Says what is wrong and where.</summary>
    /// <param name="problem">What is wrong; the template's own words if it raised the error itself.</param>
    /// <param name="line">Line in the template, from 1.</param>
    /// <param name="column">Column in the line, from 1.</param>
    /// <param name="isRaisedByTemplate">Whether the template raised it.</param>
    public ChatTemplateException(string problem, int line, int column, bool isRaisedByTemplate = false)
        : base(isRaisedByTemplate ? problem : $"chat template, line {line}, column {column}: {problem}")
    {
        Line = line;
        Column = column;
        IsRaisedByTemplate = isRaisedByTemplate;
    }

    /// <summary>Line in the template, from 1.</summary>
    public int Line { get; }

    /// <summary>Column in the line, from 1.</summary>
    public int Column { get; }

    /// <summary>
    /// Whether the template refused its input by <c>raise_exception</c>, as in "Conversation roles must alternate": then it is the client's error and
    /// the message is the template's own.
    /// </summary>
    public bool IsRaisedByTemplate { get; }
}
