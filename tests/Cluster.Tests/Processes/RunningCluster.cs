using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.NetworkInformation;
using System.Text.Json;
using Xunit.Abstractions;

namespace Preble.Cluster.Tests.Processes;

/// <summary>A cluster of real processes on free ports of this machine, started by scripts/cluster; one engine with one thread in each worker silo.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    private const int FailuresShown = 3;
    private const int LinesShown = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);
    private static readonly int[] FirstPorts = [6380, 8080, 11111, 30000];

    private readonly ClusterScript _script = new();
    private readonly ITestOutputHelper _output;
    private readonly int _offset;

    public RunningCluster(ITestOutputHelper output, params (string Name, string Value)[] settings)
    {
        _output = output;
        _offset = FreeOffset();
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        _script.Environment["CLUSTER_SILO"] = Path.Combine(RepositoryRoot.Folder, "Silo", "bin", "orleans", configuration, "net10.0", "Preble.Silo.dll");
        _script.Environment["CLUSTER_OFFSET"] = _offset.ToString(CultureInfo.InvariantCulture);
        _script.Environment["Preble__Workers"] = "1";
        _script.Environment["Preble__ThreadsPerWorker"] = "1";
        foreach ((string name, string value) in settings)
        {
            _script.Environment[name] = value;
        }
    }

    /// <summary>Two gateways and two workers, all of which serve. A test that cannot have them is skipped.</summary>
    /// <param name="output">Of the test.</param>
    /// <param name="settings">Of the silos, beside those.</param>
    public static async Task<RunningCluster> StartAsync(ITestOutputHelper output, params (string Name, string Value)[] settings)
    {
        Skip.IfNot(CanRun, "redis-server is not installed.");
        var cluster = new RunningCluster(output, [("CLUSTER_GATEWAYS", "2"), ("CLUSTER_WORKERS", "2"), .. settings]);
        try
        {
            await cluster.RunAsync("start");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public static bool CanRun => (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    public HttpClient Http { get; } = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1024 }) { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>Where clients of the grains reach the gateway that was the n-th silo to be named, from 0.</summary>
    public string GrainGateway(int index) => $"127.0.0.1:{FirstPorts[3] + _offset + index}";

    /// <summary>Where other silos reach the silo that was the n-th to be named, from 0.</summary>
    public int SiloPort(int index) => FirstPorts[2] + _offset + index;

    public string Redis => $"127.0.0.1:{FirstPorts[0] + _offset}";

    /// <summary>Of the silos that are started from now on.</summary>
    public Dictionary<string, string> Environment => _script.Environment;

    /// <summary>Ports that none of its silos takes.</summary>
    public (int Silo, int Gateway) SparePorts => (FirstPorts[2] + _offset + ClusterScript.SilosMax - 1, FirstPorts[3] + _offset + ClusterScript.SilosMax - 1);

    /// <summary>The address of the silo that was the n-th to be named, from 0.</summary>
    public string Url(int index) => $"http://127.0.0.1:{FirstPorts[1] + _offset + index}";

    /// <summary>That its silos share; the script makes one for the first of them unless it was set before.</summary>
    public string Secret
    {
        get => File.ReadAllText(Path.Combine(RunFolder, "secret"));
        set => File.WriteAllText(Path.Combine(Directory.CreateDirectory(RunFolder).FullName, "secret"), value);
    }

    private string RunFolder => Path.Combine(_script.Folder, "run");

    /// <summary>The id of a process, by its name.</summary>
    public int ProcessOf(string name) => int.Parse(File.ReadAllText(Path.Combine(RunFolder, $"{name}.pid")), CultureInfo.InvariantCulture);

    /// <summary>What a process has written since it was started the last time.</summary>
    public string Log(string name) => File.ReadAllText(Path.Combine(RunFolder, $"{name}.log"));

    /// <summary>Runs the script, which must succeed.</summary>
    public async Task RunAsync(params string[] words)
    {
        (int code, string text) = await _script.RunAsync(words);
        if (code != 0)
        {
            WriteLogs();
        }

        code.Should().Be(0, "scripts/cluster {0} says: {1}", string.Join(' ', words), text);
    }

    /// <summary>Runs the script, which must fail.</summary>
    /// <returns>What it says.</returns>
    public async Task<string> RefusedAsync(params string[] words)
    {
        (int code, string text) = await _script.RunAsync(words);
        code.Should().NotBe(0, "scripts/cluster {0} must fail: {1}", string.Join(' ', words), text);
        return text;
    }

    public async Task<JsonElement> GetAsync(string url)
    {
        using HttpResponseMessage response = await Http.GetAsync(url);
        string text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue("GET {0} answers {1}: {2}", url, (int)response.StatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Waits for what processes do in their own time, by asking.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var tick = new PeriodicTimer(Period);
        long begun = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Stopwatch.GetElapsedTime(begun).Should().BeLessThan(Patience, "it should have come true by then");
            await tick.WaitForNextTickAsync();
        }
    }

    /// <summary>The dashboard tells where the scheduler stands, once it has heard of it.</summary>
    /// <param name="asked">The gateway whose dashboard it is.</param>
    /// <returns>Of which gateway, from 0.</returns>
    public async Task<int> SchedulerGatewayAsync(int asked = 0)
    {
        string? name = null;
        await UntilAsync(async () =>
        {
            JsonElement counters = await GetAsync($"{Url(asked)}/orleans/DashboardCounters");
            JsonElement[] schedulers = [.. counters.GetProperty("simpleGrainStats").EnumerateArray()
                .Where(grain => grain.GetProperty("grainType").GetString()!.EndsWith("SchedulerGrain", StringComparison.Ordinal))];
            string? address = schedulers.Length == 1 ? schedulers[0].GetProperty("siloAddress").GetString() : null;
            name = counters.GetProperty("hosts").EnumerateArray()
                .Where(host => host.GetProperty("siloAddress").GetString() == address).Select(host => host.GetProperty("siloName").GetString()).SingleOrDefault();
            return name is not null;
        });
        name.Should().StartWith("gateway-", "schedulers prefer silos without workers");
        return int.Parse(name!["gateway-".Length..].Split(' ')[0], CultureInfo.InvariantCulture) - 1;
    }

    /// <summary>Waits until a gateway knows these workers and no others.</summary>
    public async Task ShouldHaveWorkersAsync(int gateway, params string[] expected)
    {
        using var tick = new PeriodicTimer(Period);
        long begun = Stopwatch.GetTimestamp();
        string[] actual = await WorkersAsync(gateway);
        while (!actual.SequenceEqual(expected) && Stopwatch.GetElapsedTime(begun) < Patience)
        {
            await tick.WaitForNextTickAsync();
            actual = await WorkersAsync(gateway);
        }

        actual.Should().Equal(expected);
    }

    /// <summary>Asks a gateway a question whose answer, "Tavo lives in Pemor.", is in the prompt.</summary>
    /// <returns>The answer.</returns>
    public async Task<string> AskAsync(int gateway)
    {
        object[] messages =
        [
            new { role = "system", content = "Answer from the document.\nThe capital of Zorvi is Makel.\nTavo lives in Pemor." },
            new { role = "user", content = "Where does Tavo live?" },
        ];
        using HttpResponseMessage response = await Http.PostAsJsonAsync($"{Url(gateway)}/v1/chat/completions", new { model = "demo", messages });
        string text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue(text);
        return JsonDocument.Parse(text).RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }

    /// <summary>None while the gateway has no scheduler, too.</summary>
    private async Task<string[]> WorkersAsync(int gateway)
    {
        using HttpResponseMessage response = await Http.GetAsync($"{Url(gateway)}/health");
        JsonElement health = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return [.. health.GetProperty("models").EnumerateArray().SelectMany(model => model.GetProperty("workers").EnumerateArray()).Select(worker => worker.GetProperty("id").GetString()!).Order()];
    }

    public void WriteLogs()
    {
        foreach (string log in Directory.EnumerateFiles(RunFolder, "*.log"))
        {
            _output.WriteLine($"--- {Path.GetFileName(log)}");
            string[] lines = File.ReadAllLines(log);
            foreach (int failed in Enumerable.Range(0, lines.Length).Where(line => lines[line].StartsWith("fail: ", StringComparison.Ordinal)).Take(FailuresShown))
            {
                _output.WriteLine(string.Join('\n', lines.Skip(failed).Take(LinesShown)));
            }

            _output.WriteLine(string.Join('\n', lines.TakeLast(LinesShown).Prepend("...")));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _script.RunAsync("stop");
        _script.Dispose();
    }

    /// <summary>Below the ports that the system gives to outgoing connections.</summary>
    private static int FreeOffset()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(endpoint => endpoint.Port).ToHashSet();
        return Enumerable.Range(1, 100).Select(number => number * 16).OrderBy(_ => Random.Shared.Next())
            .First(offset => FirstPorts.All(first => Enumerable.Range(first + offset, ClusterScript.SilosMax).All(port => !taken.Contains(port))));
    }
}
