using Preble.Core.Serving;
using Preble.Emulator;
using Preble.Engine.Cpu;
using Preble.Kernels.Serving;

namespace Preble.Kernels.Tests.Worker;

/// <summary>The steps that measure a worker at its start, on an emulated GPU whose pages nobody has written, whatever the clock says that they take.</summary>
public sealed class RatesProbeTests
{
    /// <summary>All steps; the short prefill alone, but the decodes of all contexts; and what is owed.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.02, 1e-4)]
    [InlineData(1, 1)]
    public void NoStepReadsWhatNobodyWrote(double prefillSeconds, double decodeSeconds)
    {
        using var worker = new EmulatedWorker(machine: new EmulatorOptions { MemoryBytes = 128 << 20 });
        using var pass = new CudaForwardPass(worker.Model, 64);
        var paced = new PacedPass(pass, prefillSeconds, decodeSeconds);
        RatesProbe.Measure(paced, paced.Clock);
        worker.ShouldBeWithoutFaults();
    }

    /// <summary>A pass whose steps take what they are said to take.</summary>
    private sealed class PacedPass(IForwardPass pass, double prefillSeconds, double decodeSeconds) : IForwardPass
    {
        internal ManualClock Clock { get; } = new();

        public int VocabularySize => pass.VocabularySize;

        public int PageTokens => pass.PageTokens;

        public int PageCount => pass.PageCount;

        public int ContextTokensMax => pass.ContextTokensMax;

        public bool ChoosesTokens => pass.ChoosesTokens;

        public void Forward(ReadOnlySpan<BatchEntry> batch)
        {
            pass.Forward(batch);
            Clock.Advance(batch[0].Tokens.Length > 1 ? prefillSeconds : decodeSeconds);
        }

        public Span<float> Logits(int index) => pass.Logits(index);
    }
}
