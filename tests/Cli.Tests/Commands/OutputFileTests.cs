using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using Preble.Cli.CommandLine;

namespace Preble.Cli.Tests.Commands;

/// <summary>Files that are written: none that is read, none twice, and each whatever becomes of the others.</summary>
public sealed class OutputFileTests
{
    private const string Line = """{"timestamp": 0, "input_length": 600, "output_length": 5, "hash_ids": [1, 2]}""";
    private const string Small = "simulate --workload toolbench --requests 20 --policies e2";

    [Fact]
    public async Task NoFileThatIsReadIsWrittenByAnotherName()
    {
        using var folder = new TemporaryFolder();
        string trace = folder.Write("t.jsonl", Line);
        string inside = Path.GetDirectoryName(trace)!;
        File.CreateSymbolicLink(folder.File("alias.json"), "t.jsonl");
        File.CreateSymbolicLink(folder.File("second.json"), folder.File("alias.json"));
        Directory.CreateSymbolicLink(folder.File("linked"), ".");
        Directory.CreateDirectory(folder.File("deep"));
        Directory.CreateSymbolicLink(folder.File("deep/up"), "../linked/.");
        string[] names = [trace, folder.File("alias.json"), folder.File("second.json"), folder.File("linked/t.jsonl"), folder.File("deep/up/alias.json"), $"{inside}/./deep/../t.jsonl"];
        foreach (string read in names)
        {
            foreach (string written in names)
            {
                UsageTests.Check(await Preble.RunAsync("simulate", "--trace", read, "--json", written), "--trace and --json are both", "two files");
            }
        }

        File.ReadAllText(trace).Should().Be(Line);
    }

    [Fact]
    public async Task NoFileIsWrittenTwiceByTwoNames()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.File("later.html"), "r.json");
        UsageTests.Check(
            await Preble.RunAsync([.. Small.Split(' '), "--json", folder.File("r.json"), "--report", folder.File("later.html")]), "--json and --report are both", "two files");
        File.Exists(folder.File("r.json")).Should().BeFalse();
    }

    [Fact]
    public void LinksThatGoInACircleLeadNowhere()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.File("a"), "b");
        File.CreateSymbolicLink(folder.File("b"), "a");
        RealFile.Of(folder.File("a")).Should().Be(new RealFile(folder.File("a"), false));
        RealFile.AreSame(folder.File("a"), folder.File("b")).Should().BeFalse();
    }

    [Fact]
    public async Task AFileThatCannotBeWrittenCostsNeitherTheTableNorTheOthers()
    {
        using var folder = new TemporaryFolder();
        string busy = folder.Write("x.json", "");
        using FileStream held = File.Open(busy, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Preble run = await Preble.RunAsync([.. Small.Split(' '), "--json", busy, "--report", folder.File("r.html")]);

        run.Code.Should().Be(1);
        run.Errors.Should().StartWith($"preble: --json '{busy}' cannot be written").And.NotContain("--report");
        run.Output.Should().StartWith("toolbench: 20 requests").And.Contain("| e2");
        File.ReadAllText(folder.File("r.html")).Should().EndWith("</html>\n");
    }

    /// <summary>Whoever has the older result open goes on reading it: nothing was cut at any time.</summary>
    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task AnOlderResultIsWholeUntilTheNewOneIs()
    {
        using var folder = new TemporaryFolder();
        string older = folder.Write("r.json", "older");
        File.CreateSymbolicLink(folder.File("link.json"), "r.json");
        File.SetUnixFileMode(older, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        using var reader = new StreamReader(new FileStream(older, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        Preble run = await Preble.RunAsync([.. Small.Split(' '), "--json", folder.File("link.json")]);

        run.Code.Should().Be(0, run.Errors);
        (await reader.ReadToEndAsync()).Should().Be("older");
        JsonDocument.Parse(File.ReadAllText(older)).RootElement.GetProperty("workload").GetString().Should().Be("toolbench");
        File.GetUnixFileMode(older).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        new FileInfo(folder.File("link.json")).LinkTarget.Should().Be("r.json");
        Directory.GetFiles(Path.GetDirectoryName(older)!).Should().HaveCount(2);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task APipeWithoutAReaderIsSaidToWaitAndServedWhenOneComes()
    {
        using var folder = new TemporaryFolder();
        string pipe = folder.File("pipe");
        await Process.Start("mkfifo", [pipe]).WaitForExitAsync();
        using var output = new StringWriter();
        using var errors = new FirstLine();
        Task<int> run = Task.Run(() => PrebleCommand.RunAsync([.. Small.Split(' '), "--json", pipe], new Terminal(output, errors, false, false), TimeProvider.System, default));

        (await errors.Written.Task.WaitAsync(TimeSpan.FromMinutes(1))).Should().Be($"preble: --json '{pipe}' is not written yet: if it is a pipe, it waits for a reader.\n");
        string read = await File.ReadAllTextAsync(pipe);

        (await run).Should().Be(0);
        JsonDocument.Parse(read).RootElement.GetProperty("workload").GetString().Should().Be("toolbench");
    }

    /// <summary>That it waits is said by a timer, and what a timer throws ends the program.</summary>
    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task APipeIsServedThoughNobodyCanBeToldThatItWaits()
    {
        using var folder = new TemporaryFolder();
        string pipe = folder.File("pipe");
        await Process.Start("mkfifo", [pipe]).WaitForExitAsync();
        using var output = new StringWriter();
        using var errors = new FullDisk();
        Task<int> run = Task.Run(() => PrebleCommand.RunAsync([.. Small.Split(' '), "--json", pipe], new Terminal(output, errors, false, false), TimeProvider.System, default));

        await errors.Tried.Task.WaitAsync(TimeSpan.FromMinutes(1));
        JsonDocument.Parse(await File.ReadAllTextAsync(pipe)).RootElement.GetProperty("workload").GetString().Should().Be("toolbench");
        (await run).Should().Be(0);
    }

    [Theory]
    [InlineData(Small)]
    [InlineData("policies")]
    [InlineData("workload list")]
    [UnsupportedOSPlatform("windows")]
    public async Task AFullDiskIsToldInOneLine(string line)
    {
        using var output = new FullDisk();
        using var errors = new StringWriter();
        int code = await PrebleCommand.RunAsync(line.Split(' '), new Terminal(output, errors, false, false), TimeProvider.System, default);
        (code, errors.ToString()).Should().Be((1, "preble: The results cannot be written: the disk is full; free some space, or name a file elsewhere\n"));

        code = await PrebleCommand.RunAsync(["policies", "--no-such"], new Terminal(output, output, false, false), TimeProvider.System, default);
        code.Should().Be(2, "there is nobody who could be told");

        Preble run = await Preble.RunAsync([.. Small.Split(' '), "--json", "/dev/full"]);
        run.Output.Should().Contain("| e2");
        (run.Code, run.Errors).Should().Be((1, "preble: --json '/dev/full' cannot be written: the disk is full; free some space, or name a file elsewhere\n"));
    }

    [Fact]
    public async Task AFileThatAnotherHoldsIsToldBeforeTheWorkAndKept()
    {
        using var folder = new TemporaryFolder();
        string busy = folder.Write("x.json", "older");
        using (FileStream held = File.Open(busy, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            UsageTests.Check(await Preble.RunAsync("simulate", "--workload", "toolbench", "--requests", "1000000", "--json", busy), $"--json '{busy}' cannot be written", "allowed: a file");
        }

        File.ReadAllText(busy).Should().Be("older");
    }

    [Fact]
    public void AFileThatIsThereByTheTimeItIsTriedIsLeft()
    {
        using var folder = new TemporaryFolder();
        string theirs = folder.Write("theirs.json", "theirs");
        WholeFile.Try(theirs);
        File.ReadAllText(theirs).Should().Be("theirs");
        WholeFile.Try(folder.File("mine.json"));
        File.Exists(folder.File("mine.json")).Should().BeFalse();
    }

    private sealed class FullDisk : StringWriter
    {
        private const int NoSpaceLeft = 28;

        public TaskCompletionSource Tried { get; } = new();

        public override void Write(string? value)
        {
            Tried.TrySetResult();
            throw new IOException("No space left on device", NoSpaceLeft);
        }
    }

    private sealed class FirstLine : StringWriter
    {
        public TaskCompletionSource<string?> Written { get; } = new();

        public override void Write(string? value) => Written.TrySetResult(value);
    }
}
