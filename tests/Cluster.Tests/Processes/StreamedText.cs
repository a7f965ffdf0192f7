using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Preble.Cluster.Tests.Processes;

/// <summary>What a client read of one stream.</summary>
internal sealed class StreamedText(TextPrompt prompt)
{
    private readonly StringBuilder _text = new();
    private long _latest = Stopwatch.GetTimestamp();
    private long _fault;

    public TextPrompt Prompt => prompt;

    public string Text => _text.ToString();

    public string RequestId { get; private set; } = "";

    /// <summary>The worker that it began at.</summary>
    public string Worker { get; private set; } = "";

    /// <summary>Of the answer; 0 when the connection ended before there was one.</summary>
    public int Status { get; private set; }

    /// <summary>What went wrong in the stream; null if nothing did.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether the connection ended before the stream.</summary>
    public bool IsCut { get; private set; }

    public bool Completed { get; private set; }

    /// <summary>The longest time without a word that ended after <see cref="Mark"/>.</summary>
    public TimeSpan Silence { get; private set; }

    /// <summary>The time from a fault to the next word of what was under way; null if there was none.</summary>
    public TimeSpan? Recovery { get; private set; }

    /// <summary>Posts the prompt and reads to the end; never throws for what the server does.</summary>
    /// <param name="http">Used.</param>
    /// <param name="url">Of a gateway.</param>
    /// <param name="began">Called at the first character.</param>
    public async Task ReadAsync(HttpClient http, string url, Action began)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{url}/v1/completions") { Content = JsonContent.Create(prompt.Body) };
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Status = (int)response.StatusCode;
            RequestId = response.Headers.TryGetValues("x-request-id", out IEnumerable<string>? ids) ? ids.First() : "";
            Worker = response.Headers.TryGetValues("x-preble-worker", out IEnumerable<string>? workers) ? workers.First() : "";
            if (!response.IsSuccessStatusCode)
            {
                Failure = await response.Content.ReadAsStringAsync();
                return;
            }

            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line == "data: [DONE]")
                {
                    Completed = Failure is null;
                    return;
                }

                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    Take(JsonDocument.Parse(line["data: ".Length..]).RootElement, began);
                }
            }

            IsCut = Failure is null;
            Failure ??= "The stream ended early.";
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            IsCut = true;
            Failure = exception.Message;
        }
    }

    /// <summary>From now on silences count.</summary>
    public void Mark() => Silence = TimeSpan.Zero;

    /// <summary>Something has happened, at a time of <see cref="Stopwatch"/>.</summary>
    public void Fault(long at) => Volatile.Write(ref _fault, _text.Length > 0 ? at : 0);

    private void Take(JsonElement chunk, Action began)
    {
        if (chunk.TryGetProperty("error", out JsonElement error))
        {
            Failure = error.ToString();
            return;
        }

        long now = Stopwatch.GetTimestamp();
        TimeSpan silence = Stopwatch.GetElapsedTime(_latest, now);
        _latest = now;
        Silence = silence > Silence ? silence : Silence;
        if (Volatile.Read(ref _fault) is > 0 and var fault)
        {
            Recovery ??= Stopwatch.GetElapsedTime(fault, now);
        }

        if (_text.Length == 0)
        {
            began();
        }

        foreach (JsonElement choice in chunk.GetProperty("choices").EnumerateArray())
        {
            _text.Append(choice.GetProperty("text").GetString());
        }
    }
}
