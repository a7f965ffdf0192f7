using System.Text.Json;
using Preble.Core.Placement;

namespace Preble.Cli.Tests.Commands;

public sealed class SimulateTests
{
    private const string Small = "simulate --workload toolbench --requests 120 --seed 7 --rate 20";

    [Fact]
    public async Task TheJsonHasTheShapeThatIsPromised()
    {
        using var folder = new TemporaryFolder();
        Preble run = await Preble.RunLineAsync($"{Small} --policies e2,round-robin --workers 3 --hardware a100-llama3-8b,a6000-mistral-7b --json {folder.File("r.json")}");

        run.Code.Should().Be(0, run.Errors);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(folder.File("r.json")));
        JsonElement root = document.RootElement;
        root.EnumerateObject().Select(field => field.Name).Take(6).Should().Equal("workload", "seed", "workers", "hardware", "rate", "results");
        root.GetProperty("workload").GetString().Should().Be("toolbench");
        root.GetProperty("seed").GetInt32().Should().Be(7);
        root.GetProperty("workers").GetInt32().Should().Be(3);
        root.GetProperty("hardware").EnumerateArray().Select(name => name.GetString()).Should().Equal("a100-llama3-8b", "a6000-mistral-7b");
        root.GetProperty("rate").GetDouble().Should().Be(20);
        root.GetProperty("settings").GetProperty("kv_tokens_total").GetInt64().Should().Be(400_000 + 198_516 + 400_000, "of all workers, whatever each has");
        JsonElement[] results = [.. root.GetProperty("results").EnumerateArray()];
        results.Select(result => result.GetProperty("policy").GetString()).Should().Equal("e2", "round-robin");
        foreach (JsonElement result in results)
        {
            result.EnumerateObject().Select(field => field.Name).Take(10).Should().Equal(
                "policy", "requests", "completed", "rejected", "latency_s", "ttft_s", "tpot_s", "hit_ratio", "makespan_s", "load_imbalance");
            result.GetProperty("requests").GetInt32().Should().Be(120);
            result.GetProperty("completed").GetInt32().Should().Be(120);
            result.GetProperty("rejected").GetInt32().Should().Be(0);
            foreach (string name in (string[])["latency_s", "ttft_s", "tpot_s"])
            {
                JsonElement of = result.GetProperty(name);
                of.EnumerateObject().Select(field => field.Name).Should().Equal("mean", "p50", "p90", "p99", "max");
                double[] rising = [.. new[] { "p50", "p90", "p99", "max" }.Select(percentile => of.GetProperty(percentile).GetDouble())];
                rising.Should().BeInAscendingOrder().And.OnlyContain(value => value > 0);
            }

            result.GetProperty("hit_ratio").GetDouble().Should().BeInRange(0.1, 1);
            result.GetProperty("load_imbalance").GetDouble().Should().BeGreaterThanOrEqualTo(1);
            result.GetProperty("makespan_s").GetDouble().Should().BeGreaterThan(119 / 20.0 / 2);
            result.GetProperty("by_worker").EnumerateArray().Select(worker => worker.GetProperty("hardware").GetString())
                .Should().Equal("a100-llama3-8b", "a6000-mistral-7b", "a100-llama3-8b");
            result.GetProperty("by_worker").EnumerateArray().Sum(worker => worker.GetProperty("requests").GetInt32()).Should().Be(120);
        }
    }

    [Fact]
    public async Task TheSameSeedGivesTheSameBytesHoweverManyRunAtATime()
    {
        using var folder = new TemporaryFolder();
        foreach (string run in (string[])["a --jobs 1", "b --jobs 4", "c"])
        {
            string[] words = run.Split(' ', 2);
            Preble done = await Preble.RunLineAsync($"{Small} --policies all --report {folder.File(words[0] + ".html")} --json {folder.File(words[0])} {words.ElementAtOrDefault(1)}");
            done.Code.Should().Be(0, done.Errors);
        }

        byte[] first = File.ReadAllBytes(folder.File("a"));
        File.ReadAllBytes(folder.File("b")).Should().Equal(first);
        File.ReadAllBytes(folder.File("c")).Should().Equal(first);
        first[^1].Should().Be((byte)'\n');

        Preble other = await Preble.RunLineAsync($"{Small.Replace("--seed 7", "--seed 8")} --policies all --json {folder.File("d")}");
        other.Code.Should().Be(0);
        File.ReadAllBytes(folder.File("d")).Should().NotEqual(first);
    }

    [Fact]
    public async Task TheTableHasALineForEachPolicyInTheOrderAskedFor()
    {
        Preble run = await Preble.RunLineAsync($"{Small} --policies round-robin,marginal-cost");

        run.Errors.Should().BeEmpty("nobody watches the progress");
        string[] lines = run.Output.TrimEnd().Split('\n');
        lines[0].Should().StartWith("toolbench: 120 requests at 20 requests/s, seed 7, on 4 a100-llama3-8b");
        lines[^2].Should().StartWith("| round-robin ");
        lines[^1].Should().StartWith("| marginal-cost ");
        run.Output.Should().NotContain("\u001b").And.NotContain("\r");
    }

    /// <summary>Work that does not end is no result.</summary>
    [Fact]
    public async Task WhatDoesNotEndIsNoResult()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("slow.json");
        File.WriteAllText(file, """{"alpha": 10, "beta": 1, "t0": 1000, "gamma": 10, "delta": 1, "kv_tokens": 400000}""");
        Preble run = await Preble.RunAsync([.. Small.Split(' '), "--policies", "e2", "--hardware", file, "--json", folder.File("r.json")]);
        UsageTests.Check(run, "e2: 120 of 120 requests had not ended 1,000,000 simulated seconds after the last came", "allowed: hardware and rates");
        File.Exists(folder.File("r.json")).Should().BeFalse();
    }

    [Fact]
    public async Task AValueOfTwoLinesIsStillToldInOneWithWhatIsAllowed() =>
        UsageTests.Check(await Preble.RunAsync("simulate", "--workload", "a\nb"), "--workload 'a b' is not known", "toolbench");

    [Fact]
    public async Task WithoutNamesOursThePapersAndTheCommonPolicyAreCompared()
    {
        Preble run = await Preble.RunLineAsync(Small);
        foreach (string policy in (string[])[PlacementPolicies.Default, "e2", "round-robin"])
        {
            run.Output.Should().Contain($"\n| {policy} ");
        }
    }

    [Fact]
    public async Task EveryOptionOfTheClusterReachesTheSimulation()
    {
        string plain = await ResultsAsync("");
        foreach (string option in (string[])["--kv-tokens 6400", "--queue fcfs --workers 1", "--chunk-tokens 256", "--workers 2", "--hardware h100-llama3-70b", "--speedup 3",
            "--schedulers 2 --kv-tokens 8000", "--lose 1@1", "--rate-error 3 --no-calibration --kv-tokens 8000", "--evictions-lost 1 --kv-tokens 6400"])
        {
            (await ResultsAsync(option)).Should().NotBe(plain, "{0} changes what is simulated", option);
        }

        async Task<string> ResultsAsync(string options)
        {
            using var folder = new TemporaryFolder();
            Preble run = await Preble.RunLineAsync($"simulate --workload toolbench --requests 150 --policies marginal-cost --json {folder.File("x")} {options}");
            run.Code.Should().Be(0, run.Errors);
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(folder.File("x")));
            return document.RootElement.GetProperty("results").GetRawText();
        }
    }

    [Fact]
    public async Task PartsOfE2CanBeLeftOut()
    {
        using var folder = new TemporaryFolder();
        var results = new List<string>();
        foreach ((string option, string head) in ((string, string)[])[
            ("", ""), ("--e2-without rebalancing", "; e2 without rebalancing"), ("--e2-without decode-balancing", "; e2 without decode balancing"),
            ("--e2-without decode-balancing,rebalancing", "; e2 without rebalancing and decode balancing")])
        {
            Preble run = await Preble.RunLineAsync($"simulate --workload toolbench --requests 1500 --rate 70 --policies e2 --json {folder.File("x")} {option}");
            run.Code.Should().Be(0, run.Errors);
            run.Output.Split('\n')[0].Should().EndWith("chunks of 2,048 tokens" + head);
            JsonElement root = JsonDocument.Parse(File.ReadAllText(folder.File("x"))).RootElement;
            string.Join(" and ", root.GetProperty("settings").GetProperty("e2_without").EnumerateArray().Select(part => part.GetString()!.Replace('-', ' ')))
                .Should().Be(head.Replace("; e2 without ", ""));
            results.Add(root.GetProperty("results").GetRawText());
        }

        results.Should().OnlyHaveUniqueItems();
    }

    /// <summary>Two results that differ were asked for otherwise, and tell how: but for <c>results</c> and what follows from them.</summary>
    [Fact]
    public async Task WhatChangesTheResultStandsBesideIt()
    {
        using var folder = new TemporaryFolder();
        string trace = folder.Write("toolbench.jsonl", string.Concat(Enumerable.Range(0, 150).Select(i =>
            $$"""{"timestamp": {{i * 10}}, "input_length": 600, "output_length": 5, "hash_ids": [1, {{i + 2}}]}""" + "\n")));
        const string asked = "--requests 150 --policies e2 --rate 90";
        var told = new List<string>();
        foreach (string line in (string[])[
            $"--workload toolbench {asked}", $"--workload embodied {asked}", $"--trace {trace} {asked}", $"--workload toolbench {asked} --seed 1", $"--workload toolbench {asked} --workers 3",
            $"--workload toolbench {asked} --hardware a100-mistral-7b", $"--workload toolbench {asked} --kv-tokens 8000", $"--workload toolbench {asked} --queue fcfs",
            $"--workload toolbench {asked} --chunk-tokens 512", $"--workload toolbench {asked} --e2-without rebalancing", $"--workload toolbench {asked} --e2-without decode-balancing",
            $"--workload toolbench {asked} --evictions-lost 0.5", $"--workload toolbench {asked} --rate-error 2", $"--workload toolbench {asked} --no-calibration",
            $"--workload toolbench {asked} --schedulers 2", $"--workload toolbench {asked} --lose 1@1", $"--workload toolbench {asked} --lose 1@2",
            $"--workload toolbench {asked} --hardware a100-llama3-8b,a6000-mistral-7b", $"--workload toolbench {asked} --hardware a100-llama3-8b,a6000-mistral-7b --kv-tokens 299258",
            "--workload toolbench --requests 150 --policies e2", "--workload toolbench --requests 150 --policies e2 --speedup 2"])
        {
            Preble run = await Preble.RunLineAsync($"simulate {line} --json {folder.File("r.json")}");
            run.Code.Should().Be(0, run.Errors);
            told.Add(string.Join('\n', JsonDocument.Parse(File.ReadAllText(folder.File("r.json"))).RootElement.EnumerateObject()
                .Where(field => field.Name != "results").Select(field => $"{field.Name} {field.Value.GetRawText()}")));
        }

        told.Should().OnlyHaveUniqueItems();
        told[2].Should().Contain("\"trace\": \"toolbench.jsonl\"").And.NotContain(Path.GetTempPath());
    }

    [Fact]
    public async Task AFileOfRatesIsHardware()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("slow.json", """{"alpha":2e-4,"beta":2e-9,"t0":0.02,"gamma":3e-5,"delta":7e-8,"kv_tokens":50000}""");
        Preble run = await Preble.RunAsync([.. Small.Split(' '), "--policies", "e2", "--hardware", $"{file},a100-llama3-8b", "--json", folder.File("r.json")]);

        run.Code.Should().Be(0, run.Errors);
        run.Output.Should().Contain("2 slow.json + 2 a100-llama3-8b");
        File.ReadAllText(folder.File("r.json")).Should().Contain("\"slow.json\"").And.NotContain(Path.GetTempPath());
    }

    [Fact]
    public async Task AFileThatCannotBeWrittenIsAFailureNotAUsage()
    {
        using var folder = new TemporaryFolder();
        string busy = folder.Write("x.json", "");
        using FileStream held = File.Open(busy, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Preble run = await Preble.RunLineAsync($"{Small} --policies e2 --json {busy}");

        run.Code.Should().Be(1);
        run.Errors.Should().StartWith($"preble: --json '{busy}' cannot be written");
    }

    [Fact]
    public async Task WhoeverHasHadEnoughGetsCode130AndNoResult()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        Preble run = await Preble.RunAsync(cancel.Token, "simulate", "--workload", "toolbench");

        run.Code.Should().Be(130);
        run.Output.Should().BeEmpty();
    }
}
