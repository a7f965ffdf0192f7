namespace Preble.Engine.Weights;

/// <summary>A model folder that cannot be served: a file is missing or damaged, or says something that this engine does not compute.</summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="file">Path of the file or folder at fault.</param>
    /// <param name="subject">The tensor, field or part of the file at fault, or null for the whole file.</param>
    /// <param name="problem">What it is and what was expected, without file and subject.</param>
    /// <param name="inner">The failure underneath, if any.</param>
    public ModelFormatException(string file, string? subject, string problem, Exception? inner = null)
        : base(subject is null ? $"{file}: {problem}" : $"{file}: {subject}: {problem}", inner)
    {
        File = file;
        Subject = subject;
        Problem = problem;
    }

    /// <summary>Path of the file or folder at fault.</summary>
    public string File { get; }

    /// <summary>The tensor, config field or part of the file at fault; null for the whole file.</summary>
    public string? Subject { get; }

    /// <summary>What it is and what was expected.</summary>
    public string Problem { get; }
}
