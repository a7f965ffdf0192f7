using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Preble.Cli.Tests.Serving;

/// <summary>A server with an OpenAI API on loopback that answers as a test says.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    /// <summary>Of a request's items: what counts it as over.</summary>
    private static readonly object EndKey = new();

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<JsonElement> _bodies = new();
    private int _live;

    private FakeServer(WebApplication app) => _app = app;

    /// <summary>Of the server, without a route.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>Bodies of the completions that were asked for, in the order of their arrival.</summary>
    public IReadOnlyList<JsonElement> Bodies => [.. _bodies];

    /// <summary>Most completions at once. One is over before its end is sent: who has read that may ask for the next.</summary>
    public int LiveMax { get; private set; }

    /// <summary>Paths that were asked for and that it does not have.</summary>
    public ConcurrentQueue<string> Strays { get; } = new();

    /// <param name="answer">Answers a completion, given its body and its number, from 0.</param>
    /// <param name="models">Of <c>/v1/models</c>; null has no such route.</param>
    public static async Task<FakeServer> StartAsync(Func<HttpContext, JsonElement, int, Task> answer, string? models = """{"data":[{"id":"fake"},{"id":"other"}]}""")
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var server = new FakeServer(app);
        app.Run(context => server.HandleAsync(context, answer, models));
        await app.StartAsync();
        return server;
    }

    /// <summary>Begins a stream.</summary>
    public static void Begin(HttpContext context) => context.Response.ContentType = "text/event-stream";

    /// <summary>Sends one event.</summary>
    public static async Task SendAsync(HttpContext context, string data)
    {
        if (data == "[DONE]")
        {
            (context.Items[EndKey] as Action)?.Invoke();
        }

        await context.Response.WriteAsync($"data: {data}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>A whole answer of the wanted length.</summary>
    public static async Task AnswerAsync(HttpContext context, JsonElement body)
    {
        int tokens = body.GetProperty("max_tokens").GetInt32();
        Begin(context);
        for (int i = 0; i < tokens; i++)
        {
            string reason = i == tokens - 1 ? "\"length\"" : "null";
            await SendAsync(context, $$"""{"choices":[{"index":0,"text":"w","finish_reason":{{reason}}}]}""");
        }

        await SendAsync(context, """{"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":#,"prompt_tokens_details":{"cached_tokens":25}}}""".Replace("#", $"{tokens}"));
        await SendAsync(context, "[DONE]");
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context, Func<HttpContext, JsonElement, int, Task> answer, string? models)
    {
        if (context.Request.Path == "/v1/models" && models is not null)
        {
            await context.Response.WriteAsync(models);
            return;
        }

        if (context.Request.Path != "/v1/completions" || context.Request.Method != "POST")
        {
            Strays.Enqueue(context.Request.Path);
            context.Response.StatusCode = 404;
            return;
        }

        JsonElement body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        int number;
        lock (_bodies)
        {
            number = _bodies.Count;
            _bodies.Enqueue(body);
            LiveMax = Math.Max(LiveMax, ++_live);
        }

        int live = 1;
        context.Items[EndKey] = (Action)End;
        try
        {
            await answer(context, body, number);
        }
        finally
        {
            End();
        }

        void End()
        {
            lock (_bodies)
            {
                _live -= live;
                live = 0;
            }
        }
    }
}
