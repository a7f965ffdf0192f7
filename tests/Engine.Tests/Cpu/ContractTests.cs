using Preble.Core.Serving;
using Preble.Engine.Cpu;
using Preble.Engine.Tests.Support;

namespace Preble.Engine.Tests.Cpu;

/// <summary>What the forward pass promises beside its numbers.</summary>
public sealed class ContractTests : IDisposable
{
    private readonly CpuModel _model = CpuModel.Load(Demo.Folder, new CpuOptions());
    private readonly CpuForwardPass _pass;

    public ContractTests() => _pass = new CpuForwardPass(_model, 8, 16, 1);

    public void Dispose()
    {
        _pass.Dispose();
        _model.Dispose();
    }

    public static TheoryData<string, int[], int, int[]> BadEntries => new()
    {
        { "no tokens", [], 0, [0] },
        { "token id -1", [-1], 0, [0] },
        { "token id 768", [768], 0, [0] },
        { "positions -1", [1], -1, [0] },
        { "positions 128 to 128", [1], 128, [0, 1, 2, 3, 4, 5, 6, 7, 0] },
        { "positions 2147483647", [1], int.MaxValue, [0] },
        { "1 pages of 16 tokens, but its 17 tokens need 2", [1, 2], 15, [0] },
        { "page id 8", [1], 0, [8] },
        { "page id -1", [1, 2], 15, [0, -1] },
        { "page 3 is written a second time", [1, 2], 15, [3, 3] },
    };

    [Theory]
    [MemberData(nameof(BadEntries))]
    public void ABadEntryIsRefusedByNameBeforeAnythingIsWritten(string problem, int[] tokens, int start, int[] pages)
    {
        int[] prompt = [5, 6, 7];
        var good = new BatchEntry(prompt, 0, new[] { 0 }, true);
        _pass.Forward([good]);
        int[] expected = Decode();

        Action act = () => _pass.Forward([new BatchEntry(new[] { 9, 9, 9 }, 0, new[] { 1 }, true), new BatchEntry(tokens, start, pages, true)]);
        act.Should().Throw<ArgumentException>().WithMessage($"*Entry 1*{problem}*");
        Decode().Should().Equal(expected);

        int[] Decode()
        {
            _pass.Forward([new BatchEntry(new[] { 8 }, 3, new[] { 0 }, true)]);
            return Sequences.Bits(_pass.Logits(0));
        }
    }

    [Fact]
    public void AnEmptyOrTooLargeBatchIsRefused()
    {
        ((Action)(() => _pass.Forward([]))).Should().Throw<ArgumentException>().WithMessage("*0 entries*");
        var batch = new BatchEntry[CpuForwardPass.BatchEntriesMax + 1];
        ((Action)(() => _pass.Forward(batch))).Should().Throw<ArgumentException>().WithMessage("*1025 entries*");
    }

    [Fact]
    public void LogitsThatWereNotWantedCannotBeRead()
    {
        _pass.Forward([new BatchEntry(new[] { 1 }, 0, new[] { 0 }, false), new BatchEntry(new[] { 1 }, 0, new[] { 1 }, true)]);
        ((Action)(() => _pass.Logits(0))).Should().Throw<ArgumentException>();
        ((Action)(() => _pass.Logits(2))).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => _pass.Logits(-1))).Should().Throw<ArgumentOutOfRangeException>();
        _pass.Logits(1).Length.Should().Be(768);
    }

    [Fact]
    public void OverwrittenLogitsDoNotReachTheNextStep()
    {
        int[] expected = Sequences.Bits(Sequences.Logits(_pass, [1, 2, 3]));
        _pass.Logits(0).Fill(float.NaN);
        Sequences.Bits(Sequences.Logits(_pass, [1, 2, 3])).Should().Equal(expected);
    }

    [Theory]
    [InlineData(0, 16, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 8, 1)]
    [InlineData(1, 24, 1)]
    [InlineData(1, 16, 0)]
    [InlineData(1, 16, 257)]
    public void SizesOutOfRangeAreRefused(int pageCount, int pageTokens, int threads)
    {
        Action act = () => new CpuForwardPass(_model, pageCount, pageTokens, threads).Dispose();
        act.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void ASteadyStepAllocatesNothing()
    {
        foreach (int threads in new[] { 1, 2 })
        {
            using var pass = new CpuForwardPass(_model, 40 * 64, 16, threads);
            BatchEntry[] prefill = [.. Demo.Prompts.Select((p, i) => new BatchEntry(p.PromptIds, 0, Sequences.Pages(1024, i * 64), true))];
            BatchEntry[] decode = [.. Demo.Prompts.Select((p, i) => new BatchEntry(new[] { 1 }, p.PromptIds.Length, Sequences.Pages(1024, i * 64), true))];
            pass.Forward(prefill);
            pass.Forward(decode);
            long before = GC.GetAllocatedBytesForCurrentThread();
            pass.Forward(prefill);
            pass.Forward(decode);
            pass.Logits(39);
            (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        }
    }

    [Fact]
    public void PassesOfOneModelDoNotSeeEachOther()
    {
        int[] prompt = Demo.Prompts[3].PromptIds;
        using var first = new CpuForwardPass(_model, 64, 16, 1);
        int[] expected = Sequences.Bits(Sequences.Logits(first, prompt));
        int[][] results = new int[4][];
        Parallel.For(0, results.Length, i =>
        {
            using var pass = new CpuForwardPass(_model, 64, 16, 1 + (i % 2));
            Sequences.Logits(pass, Demo.Prompts[i].PromptIds);
            results[i] = Sequences.Bits(Sequences.Logits(pass, prompt));
        });
        results.Should().AllSatisfy(r => r.Should().Equal(expected));
    }

    [Fact]
    public void AModelDisposedBeforeItsPassStaysReadable()
    {
        int[] expected = Sequences.Bits(Sequences.Logits(_pass, [1, 2, 3]));
        _model.Dispose();
        Sequences.Bits(Sequences.Logits(_pass, [1, 2, 3])).Should().Equal(expected);
        _pass.Dispose();
        ((Action)(() => new CpuForwardPass(_model, 8, 16, 1).Dispose())).Should().Throw<ObjectDisposedException>();
        ((Action)(() => _pass.Forward([new BatchEntry(new[] { 1 }, 0, new[] { 0 }, true)]))).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void TheModelSaysWhatItTakes()
    {
        // 4 layers x 2 heads x (32 + 32) numbers of 4 bytes; the matrices of 1,722,048 parameters in bf16, gains in f32.
        _model.KeyValueBytesPerToken.Should().Be(4 * 2 * 64 * 4);
        _pass.KeyValueBytes.Should().Be(8 * 16 * _model.KeyValueBytesPerToken);
        _model.WeightBytes.Should().Be((2 * (1_722_048 - (9 * 192))) + (4 * 9 * 192));
        _pass.VocabularySize.Should().Be(768);
        _pass.ContextTokensMax.Should().Be(128);
        using var large = new CpuForwardPass(_model, 100, 16, 1);
        large.ContextTokensMax.Should().Be(1024);
    }

    [Fact]
    public void AnUnknownKernelSetIsRefusedByName() =>
        ((Action)(() => CpuModel.Load(Demo.Folder, new CpuOptions { KernelSet = "sse9" }))).Should().Throw<ArgumentException>().WithMessage("*sse9*portable*");
}
