using Preble.Core.Workloads;

namespace Preble.Core.Tests.Workloads;

/// <summary>Whatever is in the file: a workload, or one line that says what is wrong, where, and what is allowed.</summary>
public sealed class MooncakeDamageTests
{
    private const string Good = """{"timestamp": 3, "input_length": 1000, "output_length": 5, "hash_ids": [4, 5]}""";

    [Theory]
    [InlineData("nonsense", "is 'nonsense'; allowed: a JSON object.")]
    [InlineData("[1, 2]", "is '[1, 2]'; allowed: a JSON object.")]
    [InlineData("""{"timestamp": 3, "input_len""", "allowed: a JSON object.")]
    [InlineData("""{"input_length": 1, "hash_ids": [1]}""", "has no 'timestamp'; it must have one.")]
    [InlineData("""{"timestamp": 3, "hash_ids": [1]}""", "has no 'input_length'; it must have one.")]
    [InlineData("""{"timestamp": 3, "input_length": 1}""", "has no 'hash_ids'; it must have one.")]
    [InlineData("""{"timestamp": -1, "input_length": 1, "hash_ids": [1]}""", "has 'timestamp' '-1'; allowed: milliseconds from 0 to 630720000000.")]
    [InlineData("""{"timestamp": 1e999, "input_length": 1, "hash_ids": [1]}""", "has 'timestamp' '1e999'")]
    [InlineData("""{"timestamp": "3", "input_length": 1, "hash_ids": [1]}""", "has 'timestamp' '\"3\"'")]
    [InlineData("""{"timestamp": 3, "input_length": 0, "hash_ids": [1]}""", "has 'input_length' '0'; allowed: whole numbers from 1 to 100000000.")]
    [InlineData("""{"timestamp": 3, "input_length": 2.5, "hash_ids": [1]}""", "has 'input_length' '2.5'")]
    [InlineData("""{"timestamp": 3, "input_length": 99999999999, "hash_ids": [1]}""", "has 'input_length' '99999999999'")]
    [InlineData("""{"timestamp": 3, "input_length": 1, "output_length": -1, "hash_ids": [1]}""", "has 'output_length' '-1'; allowed: whole numbers from 1 to 100000000.")]
    [InlineData("""{"timestamp": 3, "input_length": 1, "output_length": 0, "hash_ids": [1]}""", "has 'output_length' '0'; allowed: whole numbers from 1 to 100000000.")]
    [InlineData("""{"timestamp": 3, "input_length": 1, "output_length": null, "hash_ids": [1]}""", "has 'output_length' 'null'")]
    [InlineData("""{"timestamp": 3, "input_length": 1, "hash_ids": []}""", "has 'hash_ids' '[]'; allowed: a list of at least one whole number.")]
    [InlineData("""{"timestamp": 3, "input_length": 1, "hash_ids": 7}""", "has 'hash_ids' '7'")]
    [InlineData("""{"timestamp": 3, "input_length": 1, "hash_ids": [1.5]}""", "has 'hash_ids' '1.5'; allowed: whole numbers of 64 bits.")]
    [InlineData("""{"timestamp": 3, "input_length": 1, "hash_ids": [18446744073709551616]}""", "has 'hash_ids' '18446744073709551616'")]
    [InlineData("""{"timestamp": 3, "input_length": 1, "timestamp": 4, "hash_ids": [1]}""", "has 'timestamp' twice; allowed: each field once.")]
    [InlineData("""{"timestamp": 3, "input_length": 1, "hash_ids": [1], "hash_ids": [1]}""", "has 'hash_ids' twice; allowed: each field once.")]
    [InlineData("""{"timestamp": 3, "input_length": 1, "hash_ids": [1], "type": "chat", "ty\u0070e": 5}""", "has 'type' twice; allowed: each field once.")]
    public void ADamagedLineIsNamedWithItsFieldItsValueAndWhatIsAllowed(string line, string says)
    {
        FluentActions.Invoking(() => MooncakeTraceTests.Read($"{Good}\n\n{line}\n{Good}", out _))
            .Should().Throw<FormatException>().Which.Message.Should().StartWith("given.jsonl, line 3 ").And.Contain(says).And.NotContain("\n");
    }

    [Theory]
    [InlineData(null, 1000, "[1, 2, 3, 4]", "has 'hash_ids' of 4 blocks for an 'input_length' of 1000; allowed with blocks of 500 to 999 tokens: 2.")]
    [InlineData(512, 513, "[1]", "allowed with blocks of 512 tokens: 2.")]
    [InlineData(512, 512, "[1, 2]", "allowed with blocks of 512 tokens: 1.")]
    [InlineData(null, 2, "[1, 2, 3]", "has 'hash_ids' of 3 blocks for an 'input_length' of 2")]
    public void NumbersOfBlocksThatFitNoSizeAreRefused(int? blockTokens, int input, string hashes, string says)
    {
        string line = $$"""{"timestamp": 3, "input_length": {{input}}, "hash_ids": {{hashes}}}""";
        FluentActions.Invoking(() => MooncakeTraceTests.Read($"{Good}\n{line}", out _, new MooncakeOptions { BlockTokens = blockTokens }))
            .Should().Throw<FormatException>().Which.Message.Should().StartWith("given.jsonl, line 2 ").And.Contain(says);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n\n")]
    public void AnEmptyTraceIsNone(string text) =>
        FluentActions.Invoking(() => MooncakeTraceTests.Read(text, out _)).Should().Throw<FormatException>().WithMessage("given.jsonl has no request*");

    public static TheoryData<MooncakeOptions, string> Impossible => new()
    {
        { new() { Speedup = 0 }, "speedup of a trace cannot be 0" },
        { new() { Speedup = double.NaN }, "NaN" },
        { new() { Speedup = -1 }, "-1" },
        { new() { RequestsMax = 0 }, "number of requests of a trace cannot be 0; allowed: from 1 to 1000000." },
        { new() { SpreadSeconds = -1 }, "spread" },
        { new() { SpreadSeconds = double.PositiveInfinity }, "from 0 to 86400" },
        { new() { BlockTokens = 0 }, "tokens in a block" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void AnImpossibleOptionSaysWhatIsAllowed(MooncakeOptions options, string says) =>
        FluentActions.Invoking(() => MooncakeTraceTests.Read(Good, out _, options)).Should().Throw<ArgumentException>().Which.Message.Should().Contain(says).And.NotContain("\n");

    [Fact]
    public void NoDamageEndsInAnythingButAWorkloadOrALine()
    {
        string[] pieces = ["{", "}", "[", "]", "\"", ",", ":", "-", "0", "9999999999", "1e308", "null", "true", "\\ud800", "\ud800", "\n", "\r", "\0", "timestamp", "hash_ids", " ", "é"];
        var random = new Random(8);
        int refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            string text = $"{Good}\n{Good}";
            for (int damage = random.Next(1, 4); damage > 0; damage--)
            {
                int from = random.Next(text.Length);
                int cut = random.Next(Math.Min(20, text.Length - from));
                text = text[..from] + (random.Next(3) == 0 ? "" : pieces[random.Next(pieces.Length)]) + text[(from + cut)..];
                text = text.Length > 0 ? text : " ";
            }

            try
            {
                Workload workload = MooncakeTraceTests.Read(text, out _);
                workload.Requests.Should().NotBeEmpty().And.OnlyContain(request => request.PromptTokens > 0 && request.Output.Tokens > 0 && request.Arrival >= TimeSpan.Zero);
            }
            catch (FormatException exception)
            {
                exception.Message.Should().StartWith("given.jsonl").And.NotContain("\n");
                refused++;
            }
        }

        refused.Should().BeInRange(5000, 19_900, "most damage shows, and some does not");
    }
}
