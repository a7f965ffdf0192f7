namespace Preble.Cli.Serving;

/// <summary>How a request to the server ended.</summary>
internal enum ServeOutcome
{
    /// <summary>Its stream came whole.</summary>
    Completed,

    /// <summary>The server was too busy to take it: 429 or 503.</summary>
    Rejected,

    /// <summary>Anything else that is no answer: another status, a stream that broke off, said nothing, or was not understood.</summary>
    Failed,

    /// <summary>The user ended the benchmark first.</summary>
    Cancelled,
}
