using Preble.Core.Serving;
using Preble.Engine.Cpu;
using Preble.Kernels.Device;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Serving;

/// <summary>What a step gives back: tokens chosen on the device, and logits for choices that the host makes.</summary>
internal sealed unsafe class StepResults : IDisposable
{
    private const int None = -1;
    private const int Chosen = -2;

    private readonly Owned _owned = new();
    private readonly CudaDevice _device;
    private readonly int _vocabulary;
    private readonly PinnedMemory _tokens;
    private readonly CudaEvent _done;

    // By entry: Chosen, a row of the host's logits, or None; and the token of those that are chosen.
    private readonly int[] _row = new int[CpuForwardPass.BatchEntriesMax];
    private readonly int[] _token = new int[CpuForwardPass.BatchEntriesMax];
    private PinnedMemory? _logits;
    private int _entries;
    private int _rows;

    internal StepResults(CudaDevice device, StepLimits limits, int vocabulary)
    {
        _device = device;
        _vocabulary = vocabulary;
        try
        {
            _tokens = _owned.Add(new PinnedMemory(device, (long)limits.Rows * sizeof(int)));
            _done = _owned.Add(new CudaEvent(device, timed: false));
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Makes room for the results of a batch.</summary>
    internal void Begin(ReadOnlySpan<BatchEntry> batch)
    {
        _entries = 0;
        _rows = 0;
        long wanted = 0;
        for (int i = 0; i < batch.Length; i++)
        {
            _row[i] = None;
            wanted += batch[i].WantsLogits && batch[i].Choice is null ? 1 : 0;
        }

        long bytes = wanted * _vocabulary * sizeof(float);
        if (bytes > (_logits?.Bytes ?? 0))
        {
            _logits?.Dispose();
            _logits = null;
            _logits = new PinnedMemory(_device, bytes);
        }

        _entries = batch.Length;
    }

    /// <summary>Has the tokens of rows chosen, brings results to the host, and waits for them.</summary>
    /// <param name="stream">Where the logits are computed.</param>
    /// <param name="sample">Chooses.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="plan">What of it was computed.</param>
    /// <param name="shape">As what.</param>
    /// <param name="input">Has the choices.</param>
    /// <param name="work">Has the logits.</param>
    internal void Collect(
        CudaStream stream, SampleOp sample, ReadOnlySpan<BatchEntry> batch, StepPlan plan, in StepShape shape, StepBuffer input, Activations work)
    {
        // A run of rows with choices is one launch; rows in between keep their logits for the host.
        int row = 0, wanted = 0, run = 0, chosen = 0;
        foreach (ref readonly StepPart part in plan.Parts)
        {
            row += part.Count;
            if (!part.IsWanted)
            {
                continue;
            }

            int at = shape.Gathers ? wanted++ : row - 1;
            if (batch[part.Entry].Choice is null)
            {
                _row[part.Entry] = _rows;
                stream.CopyToHost(_logits!.Pointer + (Bytes(_rows++)), work.Logits + Bytes(at), Bytes(1));
            }
            else
            {
                _row[part.Entry] = Chosen;
                if (run > 0 && at != chosen)
                {
                    Choose(stream, sample, shape, input, work, chosen - run, run);
                    run = 0;
                }

                chosen = at + 1;
                run++;
            }
        }

        if (run > 0)
        {
            Choose(stream, sample, shape, input, work, chosen - run, run);
            stream.CopyToHost(_tokens.Pointer, work.Chosen, (long)chosen * sizeof(int));
        }

        _done.Record(stream);
        _done.Synchronize();
        row = wanted = 0;
        foreach (ref readonly StepPart part in plan.Parts)
        {
            row += part.Count;
            if (part.IsWanted)
            {
                _token[part.Entry] = ((int*)_tokens.Pointer)[shape.Gathers ? wanted++ : row - 1];
            }
        }
    }

    /// <summary>As <see cref="IForwardPass.Logits"/>.</summary>
    internal Span<float> Logits(int index) => Row(index) is >= 0 and int row
        ? new Span<float>(_logits!.Pointer + Bytes(row), _vocabulary)
        : throw new ArgumentException($"Entry {index} of the last step did not want logits.", nameof(index));

    /// <summary>As <see cref="IForwardPass.ChosenToken"/>.</summary>
    internal int ChosenToken(int index)
    {
        if (Row(index) != Chosen)
        {
            throw new ArgumentException($"Entry {index} of the last step had no choice.", nameof(index));
        }

        return _token[index] >= 0
            ? _token[index]
            : throw new InvalidOperationException("The logits have a value that is not a number, or none that is finite at their top.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _logits?.Dispose();
        _owned.Dispose();
    }

    private int Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _entries);
        return _row[index];
    }

    private void Choose(CudaStream stream, SampleOp sample, in StepShape shape, StepBuffer input, Activations work, int first, int rows) => sample.Run(
        stream,
        work.Logits + Bytes(first),
        input.At(shape.Choices) + ((long)first * sizeof(SampleChoice)),
        input.At(shape.Adjustments),
        work.Chosen + ((long)first * sizeof(int)),
        rows,
        _vocabulary);

    private long Bytes(int rows) => (long)rows * _vocabulary * sizeof(float);
}
