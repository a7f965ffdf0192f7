using System.Runtime.InteropServices;
using Preble.Core.Serving;
using Preble.Engine.Compute;
using Preble.Engine.Models;

namespace Preble.Engine.Cpu;

/// <summary>
/// The forward pass of a worker on the CPU: its own key-value memory and threads over a shared <see cref="CpuModel"/>. The bits of a token's result
/// depend on its sequence alone: not on batch, chunking, pages, threads or kernel set. A step allocates nothing once the largest batch has been seen.
/// </summary>
public sealed unsafe class CpuForwardPass : IForwardPass, IDisposable
{
    /// <summary>Most entries of a batch; bounds the memory for logits.</summary>
    public const int BatchEntriesMax = 1024;

    private readonly CpuModel _model;
    private readonly ThreadTeam _team;
    private readonly KeyValueMemory _memory;
    private readonly Workspace _work;
    private readonly Slab _slab = new();
    private readonly EmbedJob _embed;
    private readonly NormaliseJob _normalise;
    private readonly MatrixJob _multiply;
    private readonly RotateJob _rotate;
    private readonly AttendJob _attend;
    private readonly BatchCheck _check;

    // Row of the logits of each entry of the last step, or -1.
    private readonly int[] _logitsRow = new int[BatchEntriesMax];
    private readonly int _logitsStride;
    private AlignedMemory _logits = new(0);
    private int _entries;
    private bool _disposed;

    /// <summary>Allocates the key-value memory and starts the threads.</summary>
    /// <param name="model">The weights; stay alive until this is disposed.</param>
    /// <param name="pageCount">Pages of key-value memory, at least 1; each takes <c>pageTokens * model.KeyValueBytesPerToken</c> bytes.</param>
    /// <param name="pageTokens">Tokens in a page, a multiple of 16.</param>
    /// <param name="threads">Threads that compute, the caller of <see cref="Forward"/> included; 1 starts none.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    /// <exception cref="OutOfMemoryException">The system does not have the memory for that many pages.</exception>
    public CpuForwardPass(CpuModel model, int pageCount, int pageTokens, int threads)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, ThreadTeam.LanesMax);
        if (pageTokens < SixteenLanes.Count || pageTokens % SixteenLanes.Count != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(pageTokens), pageTokens, $"A page must hold a multiple of {SixteenLanes.Count} tokens on the CPU.");
        }

        ModelConfig c = model.Config;
        PageCount = pageCount;
        PageTokens = pageTokens;
        ContextTokensMax = (int)Math.Min(c.ContextTokensMax, (long)pageCount * pageTokens);
        model.Retain();
        _model = model;
        try
        {
            _memory = new KeyValueMemory(c.Layers, c.KeyValueHeads, c.HeadDim, pageCount, pageTokens);
            _work = new Workspace(c, model.Layers[0], ContextTokensMax, threads);
        }
        catch
        {
            _memory?.Dispose();
            model.Release();
            throw;
        }

        _embed = new EmbedJob(model, _slab, _work);
        _normalise = new NormaliseJob(model, _work);
        _multiply = new MatrixJob(model.Kernels, _work);
        _rotate = new RotateJob(model, _slab, _work, _memory);
        _attend = new AttendJob(model, _slab, _work, _memory);
        _check = new BatchCheck(this);
        _logitsStride = model.Output.Columns;
        _team = new ThreadTeam(threads);
    }

    /// <inheritdoc/>
    public int VocabularySize => _model.Config.VocabularySize;

    /// <inheritdoc/>
    public int PageTokens { get; }

    /// <inheritdoc/>
    public int PageCount { get; }

    /// <summary>The smaller of the model's context and the whole key-value memory, in tokens.</summary>
    public int ContextTokensMax { get; }

    /// <summary>Memory of keys and values, in bytes.</summary>
    public long KeyValueBytes => _memory.Bytes;

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<BatchEntry> batch)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int rows = _check.Check(batch);
        ReserveLogits(batch);

        // Slabs of equal size: a last slab of few rows would read all weights for them.
        int slabs = (rows + Slab.RowsMax - 1) / Slab.RowsMax;
        int slabRows = (rows + slabs - 1) / slabs;
        int logitsRow = 0;
        _slab.Clear();
        foreach (ref readonly BatchEntry entry in batch)
        {
            for (int offset = 0; offset < entry.Tokens.Length;)
            {
                int count = Math.Min(entry.Tokens.Length - offset, slabRows - _slab.Rows);
                _slab.Add(entry, offset, count, PageTokens);
                offset += count;
                if (_slab.Rows == slabRows)
                {
                    logitsRow += Compute(logitsRow);
                    _slab.Clear();
                }
            }
        }

        if (_slab.Rows > 0)
        {
            Compute(logitsRow);
        }
    }

    /// <inheritdoc/>
    public Span<float> Logits(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _entries);
        int row = _logitsRow[index];
        return row >= 0
            ? new Span<float>(_logits.Floats + ((long)row * _logitsStride), VocabularySize)
            : throw new ArgumentException($"Entry {index} of the last step did not want logits.", nameof(index));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _team.Dispose();
        _memory.Dispose();
        _work.Dispose();
        _slab.Dispose();
        _logits.Dispose();
        _model.Release();
    }

    /// <summary>Fills all key-value memory with NaN, for tests: what is not written must not be read.</summary>
    internal void Poison() => _memory.Fill(float.NaN);

    private void ReserveLogits(ReadOnlySpan<BatchEntry> batch)
    {
        int wanted = 0;
        _entries = batch.Length;
        for (int i = 0; i < batch.Length; i++)
        {
            _logitsRow[i] = batch[i].WantsLogits ? wanted++ : -1;
        }

        long bytes = (long)wanted * _logitsStride * sizeof(float);
        if (bytes > _logits.Bytes)
        {
            _logits.Dispose();
            _logits = new AlignedMemory(bytes);
        }
    }

    /// <summary>Takes the slab through the layers; returns how many rows of logits it made.</summary>
    private int Compute(int logitsRow)
    {
        int rows = _slab.Rows;
        _model.Rotary.Prepare(ContextEnd());
        _embed.Run(_team, rows);
        for (int i = 0; i < _model.Layers.Length; i++)
        {
            LayerWeights layer = _model.Layers[i];
            _normalise.Run(_team, layer.AttentionGain, rows);
            Multiply(
                _work.Normalised, _work.HiddenStride, rows, layer.QueryKeyValue, layer.QueryKeyValueBias, _work.Projected, _work.ProjectedStride, Epilogue.Store);
            _rotate.Run(_team, i, rows);

            // After the last layer only the rows with wanted logits matter: the others have written their keys and values and are done.
            bool last = i == _model.Layers.Length - 1;
            if (last)
            {
                rows = KeepWanted();
            }

            _attend.Run(_team, i, last);
            Multiply(
                _work.Attention, _work.AttentionStride, rows, layer.AttentionOutput, layer.AttentionOutputBias, _work.Hidden, _work.HiddenStride, Epilogue.Add);
            _normalise.Run(_team, layer.FeedForwardGain, rows);
            Multiply(_work.Normalised, _work.HiddenStride, rows, layer.GateUp, layer.GateUpBias, _work.Inner, _work.InnerStride, Epilogue.SwiGlu);
            Multiply(_work.Inner, _work.InnerStride, rows, layer.Down, layer.DownBias, _work.Hidden, _work.HiddenStride, Epilogue.Add);
        }

        _normalise.Run(_team, _model.OutputGain, rows);
        float* logits = _logits.Floats + ((long)logitsRow * _logitsStride);
        Multiply(_work.Normalised, _work.HiddenStride, rows, _model.Output, null, logits, _logitsStride, Epilogue.Store);
        return rows;
    }

    private int ContextEnd()
    {
        int end = 0;
        foreach (ref readonly SequencePart part in _slab.Parts)
        {
            end = Math.Max(end, part.Start + part.Tokens);
        }

        return end;
    }

    private int KeepWanted()
    {
        foreach (ref readonly SequencePart part in _slab.LastParts)
        {
            // Rows ascend and never move up, so a copy never meets a row that is still needed.
            NativeMemory.Copy(
                _work.Hidden + ((long)part.Row * _work.HiddenStride),
                _work.Hidden + ((long)part.OutRow * _work.HiddenStride),
                (nuint)(_work.HiddenStride * sizeof(float)));
        }

        return _slab.LastParts.Length;
    }

    private void Multiply(
        float* a, int aStride, int rows, PackedMatrix matrix, AlignedMemory? bias, float* output, int outStride, Epilogue epilogue)
    {
        if (rows == 0)
        {
            return;
        }

        MatrixProduct product = default;
        product.A = a;
        product.AStride = aStride;
        product.Rows = rows;
        product.Matrix = matrix;
        product.Bias = bias is null ? null : bias.Floats;
        product.Out = output;
        product.OutStride = outStride;
        product.Epilogue = epilogue;
        _multiply.Run(_team, product);
    }
}
