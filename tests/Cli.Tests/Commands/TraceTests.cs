using System.IO.Compression;
using System.Text;

namespace Preble.Cli.Tests.Commands;

/// <summary>What files of traces may be, and what is said of those that are something else.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task ADamagedTraceIsToldWithItsLine()
    {
        using var folder = new TemporaryFolder();
        string good = """{"timestamp": 0, "input_length": 600, "output_length": 5, "hash_ids": [1, 2]}""";
        UsageTests.Check(await Preble.RunAsync("simulate", "--trace", folder.Write("a.jsonl", good + "\n{\"timestamp\": true}\n")), "line 2", "allowed");
        UsageTests.Check(await Preble.RunAsync("simulate", "--trace", folder.Write("b.jsonl", "")), "is empty, or a pipe or device", "a file of JSON lines");
        UsageTests.Check(await Preble.RunAsync("simulate", "--trace", folder.Write("c.jsonl", "\0\u0001\n")), "line 1", "allowed");

        using (FileStream cut = File.Create(folder.File("d.gz")))
        {
            cut.Write([0x1f, 0x8b, 8, 0, 1, 2, 3]);
        }

        UsageTests.Check(await Preble.RunAsync("simulate", "--trace", folder.File("d.gz")), "d.gz", "Mooncake");
    }

    [Fact]
    public async Task APackedTraceThatIsCutOrGoesOnOtherwiseIsRefusedByItsName()
    {
        using var folder = new TemporaryFolder();
        byte[] first = Packed(0);
        byte[] second = Packed(1);
        byte[] wrong = [.. first];
        wrong[^6] ^= 1;
        await CheckAsync("cut.gz", [.. first, .. second[..^12]], "its compressed data is cut short");
        await CheckAsync("trailer.gz", first[..^8], "its compressed data is cut short");
        await CheckAsync("length.gz", first[..^1], "its compressed data is cut short");
        await CheckAsync("sum.gz", wrong, "damaged");
        await CheckAsync("more.gz", [.. first, .. "more and more"u8], "goes on after its compressed data");
        await CheckAsync("header.gz", [.. first, 0x1f, 0x8b, 8], "it is cut short in its gzip header");
        await CheckAsync("method.gz", [0x1f, 0x8b, 7, .. first[3..]], "it does not begin as gzip does");

        File.WriteAllBytes(folder.File("two.gz"), [.. first, .. second]);
        Preble both = await Preble.RunAsync("simulate", "--policies", "e2", "--trace", folder.File("two.gz"));
        both.Output.Should().StartWith("two: 40 requests", both.Errors);

        async Task CheckAsync(string name, byte[] bytes, string says)
        {
            File.WriteAllBytes(folder.File(name), bytes);
            UsageTests.Check(await Preble.RunAsync("simulate", "--trace", folder.File(name)), $"{name}' cannot be read: it", "plain or gzip");
            UsageTests.Check(await Preble.RunAsync("simulate", "--trace", folder.File(name)), says, "allowed");
        }
    }

    [Fact]
    public async Task MoreRequestsThanATraceHasAreRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.gz"), Packed(0));
        UsageTests.Check(await Preble.RunAsync("simulate", "--trace", folder.File("a.gz"), "--requests", "21"), "--requests 21 is more than --trace", "from 1 to 20");
        (await Preble.RunAsync("simulate", "--policies", "e2", "--trace", folder.File("a.gz"), "--requests", "20")).Code.Should().Be(0);
    }

    [Fact]
    public async Task ATraceIsNotSentFasterThanItCanBe()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.gz"), Packed(0));
        string trace = folder.File("a.gz");
        UsageTests.Check(await Preble.RunAsync("simulate", "--trace", trace, "--speedup", "1e8"), "--speedup 100,000,000 is not for a trace", "from 0.000001 to 1,000,000 times");
        UsageTests.Check(await Preble.RunAsync("simulate", "--trace", trace, "--rate", "1e9"), "cannot be sent at 1,000,000,000", "from 0.000001 to 1,000,000 times");
        UsageTests.Check(await Preble.RunAsync("sweep", "--trace", trace, "--from", "1e8"), "--from 100000000 is not below", "--to above it");
    }

    [Fact]
    public async Task ARateCannotBeSetForATraceWithoutTime()
    {
        using var folder = new TemporaryFolder();
        string trace = folder.Write("a.jsonl", """{"timestamp": 0, "input_length": 600, "output_length": 5, "hash_ids": [1, 2]}""");
        UsageTests.Check(await Preble.RunAsync("simulate", "--trace", trace, "--rate", "3"), "a.jsonl' cannot be sent at another rate", "a trace that takes time.");
        UsageTests.Check(await Preble.RunAsync("simulate", "--trace", trace, "--rate", "3", "--requests", "1"), "a.jsonl' cannot be sent at another rate", "or more --requests");

        Preble sweep = await Preble.RunAsync("sweep", "--trace", trace);
        UsageTests.Check(sweep, "a.jsonl' cannot be sent at another rate", "a trace that takes time");
        sweep.Errors.Should().NotContain("--rate");
    }

    [Fact]
    public async Task ATraceIsReadPlainAndPacked()
    {
        using var folder = new TemporaryFolder();
        string lines = string.Concat(Enumerable.Range(0, 20).Select(i => $"{{\"timestamp\": {i * 100}, \"input_length\": 600, \"output_length\": 5, \"hash_ids\": [1, {i + 2}]}}\n"));
        using (var packed = new GZipStream(File.Create(folder.File("b.jsonl.gz")), CompressionLevel.Fastest))
        {
            packed.Write(Encoding.UTF8.GetBytes(lines));
        }

        Preble plain = await Preble.RunAsync("simulate", "--policies", "e2", "--trace", folder.Write("b.jsonl", lines));
        Preble zipped = await Preble.RunAsync("simulate", "--policies", "e2", "--trace", folder.File("b.jsonl.gz"));
        plain.Code.Should().Be(0, plain.Errors);
        plain.Output.Should().StartWith("b: 20 requests");
        zipped.Output.Should().Be(plain.Output);
    }

    /// <summary>Twenty requests as a gzip member.</summary>
    private static byte[] Packed(int from)
    {
        using var bytes = new MemoryStream();
        using (var packed = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            packed.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(20 * from, 20).Select(i =>
                $"{{\"timestamp\": {i * 100}, \"input_length\": 600, \"output_length\": 5, \"hash_ids\": [1, {i + 2}]}}\n"))));
        }

        return bytes.ToArray();
    }
}
