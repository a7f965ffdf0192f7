namespace Preble.Engine.Text;

/// <summary>A tokenizer file that cannot be used: missing, malformed, inconsistent, or of a kind that is not supported.</summary>
public sealed class TokenizerFormatException : Exception
{
    /// <summary>Names the file, the field in it and what is wrong with it.</summary>
    /// <param name="file">Path of the file.</param>
    /// <param name="field">The field as a path, such as <c>model.merges[3]</c>; empty when the file as a whole is meant.</param>
    /// <param name="problem">What is wrong, in words.</param>
    /// <param name="cause">The error below it, if any.</param>
    public TokenizerFormatException(string file, string field, string problem, Exception? cause = null)
        : base(field.Length == 0 ? $"{file}: {problem}" : $"{file}: {field}: {problem}", cause)
    {
        File = file;
        Field = field;
    }

    /// <summary>Path of the file.</summary>
    public string File { get; }

    /// <summary>The field, or an empty string when the file as a whole is meant.</summary>
    public string Field { get; }
}
