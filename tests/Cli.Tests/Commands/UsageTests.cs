using System.CommandLine;
using System.CommandLine.Help;
using Preble.Cli.CommandLine;

namespace Preble.Cli.Tests.Commands;

/// <summary>Whatever cannot be done as asked ends in one line that says what is wrong and what is allowed, and code 2.</summary>
public sealed class UsageTests
{
    public static TheoryData<string, string, string> Wrong => new()
    {
        { "", "needs a command", "simulate" },
        { "simulat", "'simulat' is no command", "simulate" },
        { "bench", "'preble bench' needs a command", "serve" },
        { "bench all", "'all' is no command of 'preble bench'", "scheduler" },
        { "bench engine --device gpu", "--device 'gpu' is not known", "cuda:N" },
        { "bench engine --shape gpt", "--shape 'gpt' is not known", "llama-8b" },
        { "bench engine --shape llama-8b", "--shape 'llama-8b' is for GPUs", "--model" },
        { "bench engine --shape demo --model m", "--model and --shape exclude each other", "one of them" },
        { "bench engine --model /no/such/folder", "/no/such/folder", "does not exist" },
        { "bench engine --batches 1,0", "--batches must be whole numbers from 1 to 1,024", "'0'" },
        { "kernels", "'preble kernels' needs a command", "check" },
        { "kernels check --op gem", "--op 'gem' is not known", "gemm" },
        { "kernels check --size huge", "--size 'huge' is not known", "small" },
        { "kernels check --device -1", "--device must be a whole number from 0", "'-1'" },
        { "kernels bench --op gem", "--op 'gem' is not known", "cublas" },
        { "kernels text --model /no/such/folder", "/no/such/folder", "does not exist" },
        { "workload", "needs a command", "show" },
        { "simulate", "Requests are missing", "toolbench" },
        { "sweep", "Requests are missing", "--trace" },
        { "explain", "Requests are missing", "--trace" },
        { "workload show", "Requests are missing", "toolbench" },
        { "workload show nothing", "Workload 'nothing' is not known", "toolbench" },
        { "workload show toolbench --workload loogle", "Workload 'toolbench' and --workload 'loogle' exclude each other", "one of" },
        { "workload show toolbench --trace t.jsonl", "Workload 'toolbench' and --trace 't.jsonl' exclude each other", "or --trace FILE" },
        { "workload list x", "'x' is not understood after 'preble workload list'", "allowed: nothing more" },
        { "--verbos", "'--verbos' is no option of 'preble'", "allowed: simulate" },
        { "simulate --workload nothing", "--workload 'nothing' is not known", "toolbench" },
        { "simulate --workload", "--workload needs a value", "toolbench" },
        { "simulate --workload toolbench --trace t.jsonl", "exclude each other", "--workload NAME" },
        { "simulate --workload toolbench --workload loogle", "may be given once", "one value" },
        { "simulate --workload toolbench --rate -1", "--rate must be a number from 0.001 to 1,000,000,000", "'-1'" },
        { "simulate --workload toolbench --rate 0", "--rate must be a number from 0.001 to 1,000,000,000", "'0'" },
        { "simulate --workload toolbench --rate NaN", "--rate must be a number from 0.001 to 1,000,000,000", "'NaN'" },
        { "simulate --workload toolbench --rate 1e999", "--rate must be a number from 0.001 to 1,000,000,000", "'1e999'" },
        { "simulate --workload toolbench --rate 3,5", "--rate must be a number from 0.001 to 1,000,000,000", "'3,5'" },
        { "simulate --workload toolbench --rate 1e-9", "--rate must be a number from 0.001 to 1,000,000,000", "'1e-9'" },
        { "simulate --workload toolbench --rate 2 --speedup 2", "--rate and --speedup exclude each other", "one of them" },
        { "simulate --workload toolbench --speedup 1e-300", "--speedup 1e-300 makes 1.1e-298 requests a second", "from 0.001 to 1,000,000,000" },
        { "simulate --workload toolbench --speedup 1e9", "--speedup 1,000,000,000 makes 109,956,274,645", "from 0.001 to 1,000,000,000" },
        { "workload show azure-mixed --workers 1 --kv-tokens 16", "The default rate of azure-mixed on these workers is 0.000", "a rate that is given" },
        { "simulate --workload toolbench --speedup 0", "--speedup must be a number above 0", "'0'" },
        { "simulate --workload toolbench --requests 0", "--requests must be a whole number", "from 1 to 1,000,000" },
        { "simulate --workload toolbench --requests 1.5", "--requests must be a whole number", "'1.5'" },
        { "simulate --workload toolbench --requests 99999999999", "--requests must be a whole number", "'99999999999'" },
        { "simulate --workload toolbench --workers 0", "--workers must be a whole number", "from 1 to 4,096" },
        { "simulate --workload toolbench --workers 5000", "--workers must be a whole number", "from 1 to 4,096" },
        { "simulate --workload toolbench --workers", "--workers needs a value", "allowed: a whole number from 1 to 4,096" },
        { "simulate --workload toolbench --workers many", "--workers must be a whole number", "'many'" },
        { "simulate --workload toolbench --policies best", "--policies 'best' is not known", "marginal-cost" },
        { "simulate --workload toolbench --policies e2,best", "--policies 'best' is not known", "round-robin" },
        { "simulate --workload toolbench --policies e2,e2", "--policies names 'e2' twice", "allowed: each of marginal-cost" },
        { "simulate --workload toolbench --policies ,", "--policies ',' has an empty name", "e2" },
        { "simulate --workload toolbench --policies e2,", "--policies 'e2,' has an empty name", "marginal-cost" },
        { "simulate --workload toolbench --policies e2 --policies e2", "may be given once", "one value" },
        { "simulate --workload toolbench --policies e2 round-robin", "'round-robin' is not understood", "--policies" },
        { "simulate --workload toolbench --hardware gpu", "--hardware 'gpu' is not known and no file", "a100-llama3-8b" },
        { "simulate --workload toolbench --hardware a100-llama3-8b,gpu", "'gpu'", "a6000-mistral-7b" },
        { "simulate --workload toolbench --hardware ,", "--hardware ',' has an empty name", "a100-llama3-8b" },
        { "simulate --workload toolbench --hardware ,a100-llama3-8b", "has an empty name", "a6000-mistral-7b" },
        { "simulate --workload toolbench --queue lifo", "--queue 'lifo' is not known", "fcfs" },
        { "simulate --workload toolbench --chunk-tokens -1", "--chunk-tokens must be a whole number", "from 0" },
        { "simulate --workload toolbench --kv-tokens 1", "--kv-tokens must be a whole number", "from 16" },
        { "simulate --workload toolbench --requests 20 --kv-tokens 1600", "Request 9 of toolbench needs 4,032 KV tokens, but no worker holds more than 1,600", "--kv-tokens 4032 or more" },
        { "simulate --workload toolbench --workers 4096 --kv-tokens 2147483647", "--workers 4096 hold 8,796,093,018,112 KV tokens together", "1,000,000,000,000 at most" },
        { "simulate --workload toolbench --seed x", "--seed must be a whole number", "'x'" },
        { "simulate --workload toolbench --verbose", "'--verbose' is no option of 'preble simulate'", "--workload" },
        { "simulate --workload toolbench now", "'now' is not understood after 'preble simulate'", "--workload" },
        { "simulate --workload toolbench --json /no/such/folder/x.json", "there is no folder '/no/such/folder'", "a folder that exists" },
        { "simulate --workload toolbench --report /", "is a folder", "a file" },
        { "simulate --workload toolbench --evictions-lost 1.1", "--evictions-lost must be a number from 0 to 1", "'1.1'" },
        { "simulate --workload toolbench --rate-error 0.5", "--rate-error must be a number from 1", "'0.5'" },
        { "simulate --workload toolbench --schedulers 0", "--schedulers must be a whole number", "from 1" },
        { "simulate --workload toolbench --lose 4@3", "--lose '4@3'", "a worker from 0 to 3" },
        { "simulate --workload toolbench --lose 1", "--lose '1'", "WORKER@SECONDS" },
        { "simulate --workload toolbench --lose 1@-3", "--lose '1@-3'", "seconds from 0" },
        { "simulate --workload toolbench --lose 1@1,", "--lose ''", "WORKER@SECONDS" },
        { "simulate --workload toolbench --lose 1@1,1@2", "twice", "at most once" },
        { "simulate --workload toolbench --workers 2 --lose 0@1,1@2", "all of them", "at most 1 of 2" },
        { "simulate --workload toolbench --jobs 0", "--jobs must be a whole number", "from 1" },
        { "simulate --trace /no/such/file", "cannot be read", "Mooncake" },
        { "simulate --trace /dev/zero", "--trace '/dev/zero' is empty, or a pipe or device", "Mooncake" },
        { "simulate --workload toolbench --hardware /dev/zero", "--hardware '/dev/zero' is empty, or a pipe or device", "JSON files of rates" },
        { "simulate --workload toolbench --hardware a/gpu.json,b/gpu.json", "--hardware names 'a/gpu.json' and 'b/gpu.json', which results could not tell apart", "names differ" },
        { "simulate --workload toolbench --hardware /", "--hardware '/' is a folder", "JSON files of rates" },
        { "simulate --workload toolbench --policies all,e2", "--policies 'all,e2' names some twice", "all alone" },
        { "simulate --trace /", "--trace '/' is a folder", "Mooncake" },
        { "simulate --workload toolbench --json x --report ./x", "--json and --report are both 'x'", "two files" },
        { "simulate --workload toolbench --policies llm-d --e2-without rebalancing", "--e2-without is for e2", "--policies with e2" },
        { "simulate --workload toolbench --e2-without decodes", "--e2-without 'decodes' is not known", "rebalancing, decode-balancing" },
        { "sweep --workload toolbench --rates", "--rates needs a value", "numbers at most, from 0.001" },
        { "sweep --workload toolbench --rates 1,two", "--rates must be numbers from 0.001 to 1,000,000,000", "'two'" },
        { "sweep --workload toolbench --rates 1,-2", "--rates must be numbers from 0.001 to 1,000,000,000", "'-2'" },
        { "sweep --workload toolbench --rates ,", "--rates must be numbers from 0.001", "not ''" },
        { "sweep --workload toolbench --rates 1,1.0", "--rates names 1 twice", "different numbers" },
        { "sweep --workload toolbench --rates 1,2,1.0000001", "--rates names 1 twice, as results tell rates apart to 6 digits", "different numbers" },
        { "sweep --workload toolbench --rates 1,2 --from 1", "--rates excludes --from;", "a range" },
        { "sweep --workload toolbench --rates 1,2 --to 5 --steps 3", "--rates excludes --to and --steps;", "a range" },
        { "sweep --workload toolbench --from 1e9", "--from 1000000000 is not below 164.934, one and a half times the workload's own rate", "or a --to above it" },
        { "sweep --workload toolbench --to 0.001", "--to 0.001 is not above 36.652, a third of the workload's own rate", "or a --from below it" },
        { "sweep --workload toolbench --from 1 --to 1.000001 --steps 50", "50 rates from 1 to 1 are too near", "fewer --steps" },
        { "sweep --workload toolbench --from 5 --to 2", "--from 5 is not below --to 2", "a lowest rate" },
        { "sweep --workload toolbench --steps 1", "--steps must be a whole number", "from 2" },
        { "sweep --workload toolbench --rate 3", "'--rate' is no option of 'preble sweep'", "--rates" },
        { "explain --workload toolbench --requests 10", "--request is missing", "from 0 to 9" },
        { "explain --workload toolbench --requests 10 --request 10", "--request '10' is none of this run's", "from 0 to 9" },
        { "explain --workload toolbench --requests 10 --request -1", "--request '-1' is none of this run's", "from 0 to 9" },
        { "explain --workload toolbench --requests 10 --request 99999999999", "--request '99999999999' is none of this run's", "from 0 to 9" },
        { "explain --workload toolbench --request 1 --policy best", "--policy 'best' is not known", "e2" },
        { "bench scheduler --pages 10", "--pages must be a whole number", "from 1,000" },
        { "bench scheduler --pages 1000 --workload loogle", "--pages 1000 is less than the longest prompt of loogle", "allowed: 2,045 or more" },
        { "bench scheduler --workload nothing", "--workload 'nothing' is not known", "toolbench" },
        { "bench scheduler --policy nothing", "--policy 'nothing' is not known", "e2" },
        { "bench scheduler --decisions 0", "--decisions must be a whole number", "from 1" },
        { "bench serve --workload toolbench", "--url is missing", "http://localhost:8080" },
        { "bench serve --url ftp://there --workload toolbench", "is no address", "http://localhost:8080" },
        { "bench serve --url there --workload toolbench", "is no address", "http://localhost:8080" },
        { "bench serve --url http://127.0.0.1:1", "Requests are missing", "--trace" },
        { "bench serve --url http://127.0.0.1:1 --workload toolbench --rate 1 --concurrency 2", "--concurrency excludes --rate;", "one of them" },
        { "bench serve --url http://127.0.0.1:1 --trace t.jsonl --speedup 2 --concurrency 2", "--concurrency excludes --speedup;", "one of them" },
        { "bench serve --url http://127.0.0.1:1 --workload toolbench --speedup 2", "--speedup is for traces", "--rate R" },
        { "bench serve --url http://127.0.0.1:1 --workload toolbench --concurrency 0", "--concurrency must be a whole number", "from 1" },
        { "bench serve --url http://127.0.0.1:1 --workload toolbench --duration 0", "--duration must be a number above 0", "'0'" },
        { "bench serve --url http://127.0.0.1:1 --workload toolbench --vocabulary 5", "--vocabulary 5 is for prompts of token ids", "--prompt tokens" },
        { "bench serve --url http://127.0.0.1:1 --workload toolbench --prompt chat", "--prompt 'chat' is not known", "tokens" },
        { "bench serve --url http://127.0.0.1:1 --workload toolbench --goodput", "--goodput needs a value", "ttft:MS" },
        { "bench serve --url http://127.0.0.1:1 --workload toolbench --goodput ttft", "--goodput 'ttft' is not understood", "tpot:MS" },
        { "bench serve --url http://127.0.0.1:1 --workload toolbench --goodput ttft:5 itl:3", "--goodput 'itl:3' is not understood", "e2el:MS" },
        { "bench serve --url http://127.0.0.1:1 --workload toolbench --goodput ttft:5 ttft:6", "'ttft' twice", "once" },
        { "bench serve --url http://127.0.0.1:1 --workload toolbench --goodput tpot:0", "--goodput 'tpot:0'", "above 0" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task WhatCannotBeDoneEndsInOneLineAndCodeTwo(string line, string says, string allows) =>
        Check(await Preble.RunLineAsync(line), says, allows);

    [Theory]
    [InlineData("simulate --json --report x.html", "--json needs a value before --report", "allowed: a file in a folder that exists")]
    [InlineData("simulate --trace --seed 4", "--trace needs a value before --seed", "Mooncake")]
    [InlineData("bench serve --goodput --json x", "--goodput needs a value before --json", "ttft:MS")]
    [InlineData("simulate --workload toolbench --seed 1 --seed", "--seed may be given once, with one value", "2 times")]
    [InlineData("simulate --workload toolbench --no-calibration --no-calibration", "--no-calibration may be given once", "2 times")]
    public async Task AnOptionIsNotTakenForTheValueOfAnother(string line, string says, string allows) => Check(await Preble.RunLineAsync(line), says, allows);

    [Fact]
    public async Task WithoutItsValueEveryOptionSaysWhichThereMayBe()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, false, false);
        int options = 0;
        foreach ((string path, Command command) in Below("", PrebleCommand.Create(terminal, TimeProvider.System)))
        {
            foreach (Option option in command.Options.Where(option => option is not (HelpOption or VersionOption) && option.ValueType != typeof(bool)))
            {
                string allowed = option.Should().BeAssignableTo<IValueOption>().Which.Allowed;
                allowed.Should().NotBeNullOrWhiteSpace();
                Check(await Preble.RunLineAsync($"{path} {option.Name}"), $"{option.Name} needs a value; allowed: {allowed}.", allowed);
                options++;
            }
        }

        options.Should().BeGreaterThan(50);

        static IEnumerable<(string Path, Command Command)> Below(string path, Command command) =>
            command.Subcommands.SelectMany(sub => Below($"{path} {sub.Name}", sub)).Prepend((path, command));
    }

    [Fact]
    public async Task NoFileThatIsReadIsWritten()
    {
        using var folder = new TemporaryFolder();
        const string line = """{"timestamp": 0, "input_length": 600, "output_length": 5, "hash_ids": [1, 2]}""";
        const string rates = """{"alpha":1e-4,"beta":0,"t0":0.01,"gamma":0,"delta":0,"kv_tokens":100000}""";
        string trace = folder.Write("t.jsonl", line);
        string mine = folder.Write("mine.json", rates);
        foreach (string[] command in (string[][])[
            ["simulate", "--trace", trace, "--json"], ["simulate", "--trace", trace, "--report"], ["sweep", "--trace", trace, "--report"], ["explain", "--request", "0", "--trace", trace, "--json"],
            ["workload", "show", "--trace", trace, "--json"], ["bench", "serve", "--url", "http://127.0.0.1:1", "--trace", trace, "--json"]])
        {
            Check(await Preble.RunAsync([.. command, trace]), $"--trace and {command[^1]} are both", "two files");
        }

        foreach (string option in (string[])["--json", "--report"])
        {
            Check(await Preble.RunAsync("simulate", "--workload", "toolbench", "--hardware", $"a100-llama3-8b,{mine}", option, mine), $"--hardware and {option} are both", "two files");
        }

        File.ReadAllText(trace).Should().Be(line);
        File.ReadAllText(mine).Should().Be(rates);
    }

    [Fact]
    public async Task WhatCannotBeWrittenIsToldBeforeTheWork()
    {
        using var folder = new TemporaryFolder();
        string kept = folder.Write("kept.json", "kept");
        File.SetAttributes(kept, FileAttributes.ReadOnly);
        string tooLong = folder.File(new string('a', 300));
        foreach (string command in (string[])["simulate --workload toolbench --requests 1000000", "bench scheduler", "workload show toolbench", "explain --workload toolbench --request 0"])
        {
            Check(await Preble.RunAsync([.. command.Split(' '), "--json", kept]), $"--json '{kept}' cannot be written: it is read-only", "allowed: a file");
            Check(await Preble.RunAsync([.. command.Split(' '), "--json", tooLong]), "--json '", "cannot be written");
        }

        File.ReadAllText(kept).Should().Be("kept");
        Directory.GetFiles(Path.GetDirectoryName(kept)!).Should().Equal(kept);
    }

    [Fact]
    public async Task AnEmptyNameOfAFileIsTold() =>
        Check(await Preble.RunAsync("simulate", "--workload", "toolbench", "--json", ""), "--json must not be empty", "allowed: a file in a folder that exists");

    [Fact]
    public async Task AnEmptyNameOfHardwareIsTold() =>
        Check(await Preble.RunAsync("simulate", "--workload", "toolbench", "--hardware", ""), "--hardware must not be empty", "a100-llama3-8b");

    [Theory]
    [InlineData("{", "no JSON from line 1 on; a JSON object with alpha")]
    [InlineData("{\n\"alpha\":1e-4,\n\"beta\":", "no JSON from line 3 on; a JSON object with alpha")]
    [InlineData("[]", "object")]
    [InlineData("""{"alpha":1e-4,"beta":0,"t0":0.01,"gamma":0,"delta":0}""", "kv_tokens")]
    [InlineData("{\"alpha\":{\n\"x\":1},\"beta\":0,\"t0\":0.01,\"gamma\":0,\"delta\":0,\"kv_tokens\":1000}", "a number from 0 to")]
    [InlineData("""{"alpha":-1,"beta":0,"t0":0.01,"gamma":0,"delta":0,"kv_tokens":1000}""", "alpha")]
    public async Task ADamagedFileOfRatesIsTold(string text, string says)
    {
        using var folder = new TemporaryFolder();
        Check(await Preble.RunAsync("simulate", "--workload", "toolbench", "--hardware", folder.Write("mine.json", text)), says, "mine.json");
    }

    /// <summary>Throws unless a run ended in one line with these words, and code 2.</summary>
    internal static void Check(Preble run, string says, string allows)
    {
        run.Code.Should().Be(2, run.Output + run.Errors);
        run.Output.Should().BeEmpty();
        run.Errors.Should().EndWith("\n").And.StartWith("preble: ");
        run.Errors.TrimEnd('\n').Should().NotContain("\n").And.NotContain("   at ").And.NotContain("Exception").And.Contain(says).And.Contain(allows);
        run.Errors.TrimEnd('\n').Any(char.IsControl).Should().BeFalse();
    }
}
