using Preble.Core.Serving;
using Preble.Emulator;
using Preble.Engine.Sampling;
using Preble.Engine.Tests.Sampling;
using Preble.Engine.Tests.Support;
using Preble.Engine.Text;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Serving;

namespace Preble.Kernels.Tests.Worker;

/// <summary>What the GPU's forward pass promises beside its numbers.</summary>
public sealed class ContractTests : IDisposable
{
    private static readonly Tokenizer Tokenizer = Tokenizer.Load(Demo.Folder);

    private readonly EmulatedWorker _worker = new(machine: new EmulatorOptions { MemoryBytes = 64 << 20 });
    private readonly CudaForwardPass _pass;

    public ContractTests() => _pass = _worker.Pass(16);

    public static TheoryData<string, int[], int, int[]> BadEntries => new()
    {
        { "no tokens", [], 0, [0] },
        { "token id 768", [768], 0, [0] },
        { "positions 256 to 256", [1], 256, [.. Enumerable.Range(0, 17)] },
        { "1 pages of 16 tokens, but its 17 tokens need 2", [1, 2], 15, [0] },
        { "page id 16", [1], 0, [16] },
        { "page 3 is written a second time", [1, 2], 15, [3, 3] },
    };

    [Theory]
    [MemberData(nameof(BadEntries))]
    public void ABadEntryIsRefusedByNameBeforeAnythingIsWritten(string problem, int[] tokens, int start, int[] pages)
    {
        _pass.Forward([new BatchEntry(new[] { 5, 6, 7 }, 0, new[] { 0 }, true)]);
        int[] expected = Decode();
        Action act = () => _pass.Forward([new BatchEntry(new[] { 9, 9, 9 }, 0, new[] { 1 }, true), new BatchEntry(tokens, start, pages, true)]);
        act.Should().Throw<ArgumentException>().WithMessage($"*Entry 1*{problem}*");
        Decode().Should().Equal(expected);

        int[] Decode()
        {
            _pass.Forward([new BatchEntry(new[] { 8 }, 3, new[] { 0 }, true)]);
            return [.. _pass.Logits(0).ToArray().Select(BitConverter.SingleToInt32Bits)];
        }
    }

    [Fact]
    public void OnlyWhatWasWantedCanBeRead()
    {
        _pass.Forward(
        [
            new(new[] { 1 }, 0, new[] { 0 }, false),
            new(new[] { 1 }, 0, new[] { 1 }, true),
            new(new[] { 1 }, 0, new[] { 2 }, true) { Choice = TokenChoice.Greedy },
        ]);
        _pass.Invoking(pass => pass.Logits(0)).Should().Throw<ArgumentException>();
        _pass.Invoking(pass => pass.Logits(2)).Should().Throw<ArgumentException>();
        _pass.Invoking(pass => pass.Logits(3)).Should().Throw<ArgumentOutOfRangeException>();
        _pass.Invoking(pass => pass.ChosenToken(1)).Should().Throw<ArgumentException>();
        _pass.Logits(1).Length.Should().Be(768);
        _pass.ChosenToken(2).Should().Be(_pass.Logits(1).IndexOf(_pass.Logits(1).ToArray().Max()), "it is the same sequence");
    }

    [Fact]
    public void TokensChosenOnTheDeviceAreThoseThatTheSamplerChoosesFromItsLogits()
    {
        var random = new Random(8);
        for (int round = 0; round < 12; round++)
        {
            // Prompts and single tokens, with and without the logits wanted on the host, in one step; the same again with all logits.
            int[][] prompts = [.. Enumerable.Range(0, 6).Select(_ => Tokens(random, round % 2 == 0 ? 1 : random.Next(1, 20)))];
            SequenceSampler[] samplers = [.. prompts.Select(prompt => new SequenceSampler(AnyParameters(random), Tokenizer, [0], prompt, (ulong)random.NextInt64()))];
            _pass.Forward([.. prompts.Select((prompt, i) => new BatchEntry(prompt, 0, Pages(i), true))]);
            int[] expected = [.. samplers.Select((sampler, i) => DescribedChoice.Take(sampler.NextChoice() ?? TokenChoice.Greedy, _pass.Logits(i)))];
            _pass.Forward([.. prompts.Select((prompt, i) => new BatchEntry(prompt, 0, Pages(i), true) { Choice = samplers[i].NextChoice() })]);
            for (int i = 0; i < samplers.Length; i++)
            {
                SampledToken sampled = samplers[i].NextChoice() is null ? samplers[i].Next(_pass.Logits(i)) : samplers[i].Accept(_pass.ChosenToken(i));
                if (samplers[i].LastPiece.Logprobs is null)
                {
                    sampled.Token.Should().Be(expected[i], "round {0}, entry {1}", round, i);
                }
            }
        }
    }

    [Fact]
    public void LogitsThatAreNoNumbersFailTheirOwnSequenceOnly()
    {
        _pass.Poison(0xFFFF_FFFF);
        _pass.Forward([new(new[] { 1 }, 5, new[] { 0 }, true) { Choice = TokenChoice.Greedy }, new(new[] { 1 }, 0, new[] { 1 }, true) { Choice = TokenChoice.Greedy }]);
        _pass.Invoking(pass => pass.ChosenToken(0)).Should().Throw<InvalidOperationException>().WithMessage("*not a number*");
        _pass.ChosenToken(1).Should().BeInRange(0, 767);
    }

    [Fact]
    public void ADeviceThatIsLostIsToldAndNothingElseIsAskedOfIt()
    {
        _worker.Driver.Lose(0, CudaResult.EccUncorrectable);
        _pass.Invoking(pass => pass.Forward([new(new[] { 1 }, 0, new[] { 0 }, true)])).Should().Throw<CudaException>().Which.IsDeviceLost.Should().BeTrue();
        _pass.IsLost.Should().BeTrue();
    }

    [Fact]
    public void MemoryIsSizedFromWhatIsFreeAndTooLittleIsSaidSo()
    {
        using (var all = new CudaForwardPass(_worker.Model, 0))
        {
            long left = (64 << 20) - _worker.Driver.BytesUsed(0);
            all.KeyValueBytes.Should().Be(all.PageCount * 16L * _worker.Model.KeyValueBytesPerToken);
            left.Should().BeInRange(4 << 20, (4 << 20) + (64 << 10), "a sixteenth stays free");
        }

        Action tooMany = () => new CudaForwardPass(_worker.Model, 100_000).Dispose();
        tooMany.Should().Throw<CudaException>().WithMessage("cuMemAlloc (*bytes, * free on device 0) failed with 2 *").Which.IsDeviceLost.Should().BeFalse();
        Action tooFewBytes = () => new EmulatedWorker(machine: new EmulatorOptions { MemoryBytes = 2 << 20 }).Dispose();
        tooFewBytes.Should().Throw<CudaException>().Which.Result.Should().Be(CudaResult.OutOfMemory);
    }

    public void Dispose()
    {
        _pass.Dispose();
        _worker.Dispose();
    }

    private static int[] Pages(int sequence) => [2 * sequence, (2 * sequence) + 1];

    private static int[] Tokens(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(768))];

    private static SamplingParameters AnyParameters(Random random) => new()
    {
        Temperature = random.Next(3) == 0 ? 0 : 0.2 + (random.NextDouble() * 1.8),
        TopP = random.Next(2) == 0 ? 1 : 0.2 + (random.NextDouble() * 0.8),
        TopK = random.Next(2) == 0 ? 0 : random.Next(1, 50),
        MinP = random.Next(2) == 0 ? 0 : random.NextDouble() * 0.2,
        RepetitionPenalty = random.Next(2) == 0 ? 1 : 1.3,
        LogitBias = random.Next(2) == 0 ? [] : new Dictionary<int, double> { [1] = 30, [5] = -100, [767] = 29 },
        MinTokens = random.Next(2) == 0 ? 0 : 6,
        StopTokenIds = random.Next(2) == 0 ? [] : [1],
        Logprobs = random.Next(5) == 0 ? 2 : null,
    };
}
