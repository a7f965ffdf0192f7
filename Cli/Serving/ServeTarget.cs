namespace Preble.Cli.Serving;

/// <summary>The server under test and how it is asked.</summary>
internal sealed record ServeTarget
{
    /// <summary>Where completions are asked for.</summary>
    public required Uri Completions { get; init; }

    /// <summary>What goes into <c>model</c>.</summary>
    public required string Model { get; init; }

    public PromptForm Form { get; init; }

    /// <summary>Token ids are below it, if prompts are sent as tokens.</summary>
    public int Vocabulary { get; init; } = 512;

    /// <summary>Whether it is asked to go on to the wanted length. Not all servers know how.</summary>
    public bool IgnoreEos { get; init; } = true;

    /// <summary>Whether it is asked for the usage at the end of a stream. Not all servers know how.</summary>
    public bool WantsUsage { get; init; } = true;

    /// <summary>Seconds after which an answer that has not ended is a failure.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The address of the completions of a server, from that of the server, of its API, or of the route itself.</summary>
    public static Uri CompletionsOf(Uri url)
    {
        string path = url.AbsolutePath.TrimEnd('/');
        path = path.EndsWith("/completions", StringComparison.Ordinal) ? path
            : path.EndsWith("/v1", StringComparison.Ordinal) ? path + "/completions"
            : path + "/v1/completions";
        return new UriBuilder(url) { Path = path, Query = "", Fragment = "" }.Uri;
    }

    /// <summary>The list of models beside the completions.</summary>
    public static Uri ModelsOf(Uri completions)
    {
        string path = completions.AbsolutePath[..^"/completions".Length];
        path = path.EndsWith("/chat", StringComparison.Ordinal) ? path[..^"/chat".Length] : path;
        return new UriBuilder(completions) { Path = path + "/models" }.Uri;
    }
}
