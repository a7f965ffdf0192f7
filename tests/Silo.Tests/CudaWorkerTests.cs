using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Preble.Emulator;
using Preble.Kernels.Driver;
using Preble.Silo.Engines;

namespace Preble.Silo.Tests;

/// <summary>The server with workers on emulated GPUs: found by themselves, lost and survived, or refused in a line.</summary>
public sealed class CudaWorkerTests
{
    private const string Completions = "/v1/completions";
    private const string Prompt = "Tavo lives in Pemor. The port of zelu is 17. Where does Tavo live?";

    [Fact]
    public async Task EveryGpuIsFoundAndRunsAWorkerThatAnswersAsTheCpuDoes()
    {
        await using var onCpu = new SiloApp(("Preble:Workers", "1"));
        using var driver = new PtxEmulator(new EmulatorOptions { Devices = 2, MemoryBytes = 128 << 20 });
        await using SiloApp app = OnGpus(driver);
        object request = new { model = "demo", prompt = Prompt, max_tokens = 12, temperature = 0, logprobs = 1, n = 2 };

        (_, JsonElement expected, _) = await onCpu.PostAsync(Completions, request);
        (HttpStatusCode status, JsonElement body, HttpResponseMessage response) = await app.PostAsync(Completions, request);

        status.Should().Be(HttpStatusCode.OK);
        Texts(body).Should().Equal(Texts(expected));
        response.Headers.GetValues("x-preble-worker").Single().Should().MatchRegex("^demo-cuda-[01]$");
        (await app.WorkerIdsAsync()).Should().Equal("demo-cuda-0", "demo-cuda-1");
        app.Services.GetRequiredService<EngineHosts>().Summary.Should().StartWith("2 cuda (Emulated sm_80, own matrix products, ");
        driver.Faults.Should().BeEmpty();
    }

    [Fact]
    public async Task AGpuThatIsLostTakesItsWorkerWithItAndItsRequestsGoOnElsewhere()
    {
        using var driver = new PtxEmulator(new EmulatorOptions { Devices = 2, MemoryBytes = 128 << 20 });
        await using SiloApp app = OnGpus(driver);
        string body = JsonSerializer.Serialize(new { model = "demo", prompt = Prompt, max_tokens = 200, temperature = 0, ignore_eos = true, stream = true });
        using var message = new HttpRequestMessage(HttpMethod.Post, Completions) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using HttpResponseMessage response = await app.CreateClient().SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        string worker = response.Headers.GetValues("x-preble-worker").Single();

        driver.Lose(worker[^1] - '0', CudaResult.EccUncorrectable);
        string[] events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        events[^1].Should().Be("data: [DONE]");
        JsonElement last = JsonDocument.Parse(events[^2]["data: ".Length..]).RootElement;
        last.GetProperty("choices")[0].GetProperty("finish_reason").GetString().Should().Be("length");
        string[] left = worker[^1] == '0' ? ["demo-cuda-1"] : ["demo-cuda-0"];
        (_, JsonElement described) = await app.GetAsync($"/v1/requests/{last.GetProperty("id").GetString()}");
        described.GetProperty("attempts").GetInt32().Should().Be(2);
        described.GetProperty("worker").GetString().Should().Be(left[0]);
        described.GetProperty("completion_tokens").GetInt32().Should().Be(200);
        await Eventually.HoldsAsync(async () => (await app.WorkerIdsAsync()).SequenceEqual(left));
        app.Services.GetRequiredService<EngineHosts>().Announce("demo").Select(it => it.Registration.WorkerId).Should().Equal(left);
    }

    [Fact]
    public void AMissingDriverIsSaidWhereGpusAreAskedForAndElseTheCpuComputes()
    {
        static bool None(out ICudaDriver? driver, out string reason)
        {
            (driver, reason) = (null, "there is no NVIDIA driver here");
            return false;
        }

        Fails(new PrebleOptions { Device = "cuda" }, None).Should().Be("Preble:Device is cuda, but there is no NVIDIA driver here.");
        using var empty = new PtxEmulator(new EmulatorOptions { Devices = 0 });
        Fails(new PrebleOptions { Device = "cuda" }, Source(empty)).Should().Be("The NVIDIA driver knows no GPU.");
        using IEngineFleet fleet = Load(new PrebleOptions(), None);
        (fleet.Kind, fleet.Passes.Count, fleet.Notes.Count).Should().Be(("cpu", 4, 0));
    }

    [Fact]
    public void MoreWorkersThanGpusAreRefused()
    {
        using var driver = new PtxEmulator();
        Fails(new PrebleOptions { Workers = "2" }, Source(driver)).Should().Be(
            "Preble:Workers is 2, but there is 1 GPU and each runs one worker; Preble:Device cpu computes on the CPU.");
    }

    [Fact]
    public void TooLittleMemoryIsSaidInALineAndElseTheCpuComputes()
    {
        using var driver = new PtxEmulator(new EmulatorOptions { MemoryBytes = 4 << 20 });
        Fails(new PrebleOptions { Device = "cuda" }, Source(driver)).Should().StartWith("GPU 0 cannot serve the model: cuMemAlloc").And.NotContain("\n");
        using IEngineFleet fleet = Load(new PrebleOptions(), Source(driver));
        (fleet.Kind, fleet.Notes.Count).Should().Be(("cpu", 1));
        fleet.Notes[0].Should().StartWith("The CPU computes. GPU 0 cannot serve the model: cuMemAlloc");
        driver.BytesUsed(0).Should().Be(0);
    }

    [Fact]
    public void AGpuThatCannotCompileTheKernelsIsToldAndTheOthersServe()
    {
        using var driver = new PtxEmulator(new EmulatorOptions { Devices = 2, MemoryBytes = 64 << 20 });
        driver.FailNext("cuModuleLoadDataEx", CudaResult.InvalidPtx);
        using IEngineFleet fleet = Load(new PrebleOptions(), Source(driver));
        (fleet.Kind, fleet.Passes.Count).Should().Be(("cuda", 1));
        fleet.Notes.Should().ContainSingle().Which.Should().StartWith("GPU 0 cannot serve the model: cuModuleLoadDataEx").And.Contain("CUDA_ERROR_INVALID_PTX");
    }

    private static SiloApp OnGpus(PtxEmulator driver) =>
        new(services => services.AddSingleton(Source(driver)), ("Preble:Device", "auto"), ("Preble:KvTokens", "4096"), ("Preble:StepTokensMax", "128"));

    private static CudaDriverSource Source(PtxEmulator driver)
    {
        return Find;

        bool Find(out ICudaDriver? found, out string reason)
        {
            driver.Init();
            (found, reason) = (driver, "");
            return true;
        }
    }

    private static IEngineFleet Load(PrebleOptions options, CudaDriverSource drivers) => ModelLoading.Load(options, SiloIdentity.Of(options), drivers, TimeProvider.System).Fleet;

    private static string Fails(PrebleOptions options, CudaDriverSource drivers)
    {
        Action load = () => Load(options, drivers).Dispose();
        return load.Should().Throw<StartupException>().Which.Message;
    }

    private static string?[] Texts(JsonElement body) => [.. body.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString())];
}
