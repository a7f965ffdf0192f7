using System.CommandLine;
using System.CommandLine.Parsing;
using Preble.Cli.CommandLine;
using Preble.Cli.Runs;
using Preble.Cli.Serving;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Cli.Commands;

/// <summary><c>preble bench serve</c>: drives a server through its OpenAI API and measures its streams.</summary>
internal sealed class BenchServeCommand
{
    private const string AllowedUrls = "an address such as http://localhost:8080";

    /// <summary>Requests under way at once where neither rate nor concurrency is said.</summary>
    private const int ConcurrencyDefault = 16;

    /// <summary>Requests under way at once, at most.</summary>
    private const int ConcurrencyMax = 16_384;

    /// <summary>Requests that are drawn at most for a benchmark that is bounded in time alone.</summary>
    private const int TimedRequestsMax = 100_000;

    private readonly WorkloadChoice _requests = new(
        rate: $"the trace's, or --concurrency {ConcurrencyDefault} for a workload, as the server's own is not known",
        speedup: "How many times faster than the trace.");

    private readonly Option<string?> _url = ValueOptions.Text("--url", "The server, such as http://localhost:8080, with or without /v1.", "URL", AllowedUrls);

    private readonly Option<int?> _concurrency = ValueOptions.Whole(
        "--concurrency", $"Requests under way at all times, each followed by the next, in place of a rate. Default: {ConcurrencyDefault} if no rate is said.", 1, ConcurrencyMax);

    private readonly Option<double?> _duration = ValueOptions.Positive("--duration", "Seconds after which nothing more is sent.", 86_400, "S");
    private readonly Option<string?> _model = ValueOptions.Text(
        "--model", "The model to ask. Default: the first that the server lists.", "NAME", "the name of a model of the server");

    private readonly Option<string?> _prompt = ValueOptions.Name(
        "--prompt", "How prompts are sent: text (plain words) or tokens (ids). Default: text.", ["text", "tokens"], "FORM");

    private readonly Option<int?> _vocabulary = ValueOptions.Whole("--vocabulary", "Token ids are below this, with --prompt tokens. Default: 512.", 2, 1 << 20);

    private readonly Option<double?> _scale = ValueOptions.Positive(
        "--scale", "Factor on the length of every part of every prompt and answer, for models with a small context. Default: 1.", 1000, "FACTOR");

    private readonly Option<int?> _workers = ValueOptions.Whole(
        "--workers", $"Workers behind the server: the workload's variety grows with them. Default: {ClusterChoice.WorkersDefault}.", 1, ClusterChoice.WorkersMax);

    private readonly Option<int?> _kvTokens = ValueOptions.Whole(
        "--kv-tokens", "Tokens that the cache of each of them holds, for workloads that are sized by it.", 16, int.MaxValue);

    private readonly Option<double?> _timeout = ValueOptions.Positive("--timeout", "Seconds after which an answer that has not ended is a failure. Default: 600.", 86_400, "S");

    private readonly Option<GoodputLimits?> _goodput = new ValueOption<GoodputLimits?>("--goodput", GoodputLimits.Allowed)
    {
        Description = "What makes a request a good one, in milliseconds: ttft:MS, tpot:MS, e2el:MS, one or more.",
        HelpName = "LIMIT",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = ParseGoodput,
    };

    private readonly Option<string?> _json = OutputFile.Option("--json", "Writes the results as JSON.", "FILE");

    private BenchServeCommand()
    {
    }

    public static Command Create(Terminal terminal, TimeProvider clock)
    {
        var options = new BenchServeCommand();
        var command = new Command(
            "serve",
            "Drives a server through its OpenAI API with real streams: TTFT, TPOT, ITL, E2E, goodput and rejects as vLLM's benchmark defines them. " +
            "The environment's OPENAI_API_KEY, if set, is sent to the server.");
        command.Options.Add(options._url);
        options._requests.AddTo(command);
        foreach (Option option in (Option[])[
            options._concurrency, options._duration, options._model, options._prompt, options._vocabulary, options._scale,
            options._workers, options._kvTokens, options._timeout, options._goodput, options._json])
        {
            command.Options.Add(option);
        }

        command.SetAction((parse, cancel) => options.RunAsync(parse, terminal, clock, cancel));
        return command;
    }

    private static GoodputLimits? ParseGoodput(ArgumentResult result)
    {
        GoodputLimits? limits = GoodputLimits.Parse(result.Tokens.Select(token => token.Value), out string? wrong);
        if (wrong is not null)
        {
            result.AddError(wrong);
        }

        return limits;
    }

    private async Task<int> RunAsync(ParseResult parse, Terminal terminal, TimeProvider clock, CancellationToken cancel)
    {
        // 1. What is asked for, checked before anything is sent.
        Uri completions = ServeTarget.CompletionsOf(Url(parse.GetValue(_url)));
        OutputFile.Check(parse, _json, _requests.Files(parse));
        LoadShape shape = Shape(parse);
        Workload workload = LoadWorkload(parse, shape);

        if (parse.GetValue(_vocabulary) is { } given && parse.GetValue(_prompt) != "tokens")
        {
            throw new UsageException($"{_vocabulary.Name} {given} is for prompts of token ids; allowed: {_prompt.Name} tokens with it.");
        }

        // 2. What the server has and understands.
        using HttpClient http = StreamClient.CreateHttpClient(Environment.GetEnvironmentVariable("OPENAI_API_KEY"));
        TimeSpan timeout = TimeSpan.FromSeconds(parse.GetValue(_timeout) ?? 600);
        var target = new ServeTarget
        {
            Completions = completions,
            Model = parse.GetValue(_model) ?? await ServerProbe.FindModelAsync(http, completions, timeout, cancel),
            Form = parse.GetValue(_prompt) == "tokens" ? PromptForm.Tokens : PromptForm.Text,
            Vocabulary = parse.GetValue(_vocabulary) ?? 512,
            RequestTimeout = timeout,
        };
        target = await ServerProbe.SettleAsync(http, target, clock, cancel);

        // 3. The load.
        var client = new StreamClient(http, target, clock);
        LoadResult? result = null;
        await ProgressBars.RunAsync(terminal, [($"{workload.Name} to {target.Model}", workload.Requests.Count)], async report =>
        {
            int ended = 0;
            result = await new LoadDriver(client.SendAsync, clock).RunAsync(workload, shape, _ => report(0, ++ended), cancel);
        });

        // 4. What came of it, also of what was interrupted.
        ServeMetrics metrics = ServeMetrics.Of(result!, parse.GetValue(_goodput));
        OutputFile.WriteJson(parse, () => ServeReport.WriteTables(terminal, metrics), _json, json => ServeReport.WriteJson(json, metrics, () =>
        {
            json.WriteString("url", new UriBuilder(completions) { UserName = "", Password = "" }.Uri.ToString());
            json.WriteString("model", target.Model);
            json.WriteString("workload", workload.Name);
            json.WriteNumber("seed", workload.Seed);
            json.WriteNumber("requests", workload.Requests.Count);
            json.WritePropertyName("rate");
            if (shape.Concurrency is null)
            {
                json.Number(workload.Rate);
            }
            else
            {
                json.WriteNullValue();
            }

            json.WritePropertyName("concurrency");
            if (shape.Concurrency is { } lanes)
            {
                json.WriteNumberValue(lanes);
            }
            else
            {
                json.WriteNullValue();
            }
        }));
        return result!.Interrupted ? ExitCode.Interrupted : metrics.Completed > 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static Uri Url(string? text)
    {
        return text is null ? throw new UsageException($"--url is missing; allowed: {AllowedUrls}.")
            : Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" && url.Host.Length > 0 ? url
            : throw new UsageException($"--url '{text}' is no address of a server; allowed: {AllowedUrls}.");
    }

    private LoadShape Shape(ParseResult parse)
    {
        WorkloadSource source = _requests.Read(parse);
        int? concurrency = parse.GetValue(_concurrency);
        bool rated = source.Rate is not null || source.Speedup is not null;
        if (concurrency is not null && rated)
        {
            throw new UsageException($"--concurrency excludes {(source.Rate is null ? "--speedup" : "--rate")}; allowed: one of them.");
        }

        if (source.Speedup is not null && source.TracePath is null)
        {
            throw new UsageException("--speedup is for traces here, as the server's own rate is not known; allowed: --rate R or --concurrency N.");
        }

        // A trace has times of its own; a generator knows none for a server that it does not know.
        return new LoadShape
        {
            Concurrency = concurrency ?? (rated || source.TracePath is not null ? null : ConcurrencyDefault),
            Duration = parse.GetValue(_duration) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    private Workload LoadWorkload(ParseResult parse, LoadShape shape)
    {
        WorkloadSource source = _requests.Read(parse);
        double rate = source.Rate ?? 1;
        if (source.Requests is null && source.TracePath is null && shape.Duration is { } duration)
        {
            // Enough that the time ends before the requests do, also when more than the mean come.
            double expected = shape.Concurrency is null ? rate * duration.TotalSeconds : TimedRequestsMax;
            source = source with { Requests = (int)Math.Clamp(Math.Ceiling(expected + (6 * Math.Sqrt(expected)) + 1), 1, TimedRequestsMax) };
        }

        Hardware kind = HardwareCatalog.Create(HardwareCatalog.Default);
        kind = kind with { KvTokens = parse.GetValue(_kvTokens) ?? kind.KvTokens };
        IReadOnlyList<Hardware> workers = Cluster.Deal([kind], parse.GetValue(_workers) ?? ClusterChoice.WorkersDefault);
        Workload workload = source.Load(workers, source.TracePath is null ? rate : null);
        return WorkloadScale.Of(workload, parse.GetValue(_scale) ?? 1);
    }
}
