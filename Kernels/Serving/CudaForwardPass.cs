using System.Globalization;
using Preble.Core.Serving;
using Preble.Engine.Cpu;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Products;

namespace Preble.Kernels.Serving;

/// <summary>
/// The forward pass of a worker on a GPU. With this project's matrix products a row's bits depend on its sequence alone but for one thing: whether a
/// token was computed by itself (a decode) or in a chunk. A step is one copy to the device and one back, more only where it is cut at the limits of <see
/// cref="CudaOptions"/> or the host wants logits. It allocates nothing once the sizes have occurred.
/// </summary>
public sealed class CudaForwardPass : IForwardPass, IDisposable
{
    /// <summary>Full contexts that the pages hold at most, where their number is not given.</summary>
    public const int ContextsMax = 1024;

    /// <summary>What is left free of the device's memory then: its reciprocal. The driver needs some for graphs and compiled kernels.</summary>
    private const int ReservedShare = 16;

    private readonly Owned _owned = new();
    private readonly CudaModel _model;
    private readonly StepLimits _limits;
    private readonly CudaStream _stream;
    private readonly MatrixProducts _product;
    private readonly StepBuffer _input;
    private readonly Activations _work;
    private readonly DeviceMemory _pages;
    private readonly LayerRunner _layers;
    private readonly DecodeGraphs? _graphs;
    private readonly StepPlan _plan;
    private readonly StepResults _results;
    private readonly BatchCheck _check;
    private CudaException? _loss;
    private bool _disposed;

    /// <summary>Allocates key-value memory and buffers.</summary>
    /// <param name="model">The weights; disposed after this.</param>
    /// <param name="pageCount">
    /// Pages of key-value memory; each takes <c>PageTokens * model.KeyValueBytesPerToken</c> bytes. 0 for what the device has free, less a sixteenth of
    /// its memory, up to <see cref="ContextsMax"/> full contexts.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The number of pages is out of range.</exception>
    /// <exception cref="CudaException">The device has too little memory, or refuses.</exception>
    public CudaForwardPass(CudaModel model, int pageCount)
    {
        ArgumentNullException.ThrowIfNull(model);
        PageTokens = model.Options.PageTokens;
        ArgumentOutOfRangeException.ThrowIfNegative(pageCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pageCount, int.MaxValue / PageTokens);
        CudaDevice device = model.Device;
        Action<string> note = model.Options.Note ?? (_ => { });
        _model = model;
        _limits = StepLimits.Of(model.Config, model.Options);
        try
        {
            device.MakeCurrent();
            _stream = _owned.Add(new CudaStream(device));
            _product = _owned.Add(MatrixProducts.Choose(device, _stream, new KernelProduct(model.Kernels.Gemm, _stream), model.Options.Cublas, note));
            _input = _owned.Add(new StepBuffer(device, _limits, PageTokens, VocabularySize));
            _work = _owned.Add(new Activations(model, _stream, _limits));
            _results = _owned.Add(new StepResults(device, _limits, VocabularySize));
            PageCount = pageCount > 0 ? pageCount : PagesThatFit(model);
            ContextTokensMax = Math.Min(model.Config.ContextTokensMax, PageCount * PageTokens);
            long layerBytes = PageCount * model.Shape.PageBytes;
            _pages = _owned.Add(new DeviceMemory(device, layerBytes * model.Config.Layers));
            _layers = new LayerRunner(model, _stream, _product, _input, _work, _pages.Pointer, layerBytes);
            _graphs = model.Options.Graphs ? _owned.Add(new DecodeGraphs(_layers, _stream, _limits, note)) : null;
        }
        catch
        {
            _owned.Dispose();
            throw;
        }

        _plan = new StepPlan(_limits, PageTokens);
        _check = new BatchCheck(this);
    }

    /// <inheritdoc/>
    public int VocabularySize => _model.Config.VocabularySize;

    /// <inheritdoc/>
    public int PageTokens { get; }

    /// <inheritdoc/>
    public int PageCount { get; }

    /// <summary>The smaller of the model's context and the whole key-value memory, in tokens.</summary>
    public int ContextTokensMax { get; }

    /// <inheritdoc/>
    public bool ChoosesTokens => true;

    /// <inheritdoc/>
    public bool IsLost => _loss is not null;

    /// <summary>What computes matrix products: cuBLAS with its version, or <c>own</c>.</summary>
    public string MatrixProductsBy => _product.Name;

    /// <summary>Memory of keys and values, in bytes.</summary>
    public long KeyValueBytes => _pages.Bytes;

    /// <inheritdoc/>
    /// <exception cref="CudaException">The device failed; <see cref="IsLost"/> says whether for good.</exception>
    public void Forward(ReadOnlySpan<BatchEntry> batch)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_loss is { } loss)
        {
            throw new CudaException(loss.Call, loss.Result, $"The device was lost in an earlier step: {loss.Message}");
        }

        int rows = _check.Check(batch);
        try
        {
            _model.Device.MakeCurrent();
            _results.Begin(batch);
            Compute(batch, rows);
        }
        catch (CudaException exception)
        {
            Settle(exception);
            throw;
        }
    }

    /// <inheritdoc/>
    public Span<float> Logits(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _results.Logits(index);
    }

    /// <inheritdoc/>
    public int ChosenToken(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _results.ChosenToken(index);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _owned.Dispose();
        }
    }

    /// <summary>Fills all key-value memory with a repeated word, for tests: what is not written must not be read.</summary>
    internal void Poison(uint word)
    {
        _stream.Fill(_pages.Pointer, word, _pages.Bytes / sizeof(uint));
        _stream.Synchronize();
    }

    private static int PagesThatFit(CudaModel model)
    {
        (long free, long total) = model.Device.Memory;
        long pageBytes = model.Options.PageTokens * model.KeyValueBytesPerToken;
        long fit = (free - (total / ReservedShare)) / pageBytes;
        long most = Math.Min((long)ContextsMax * model.Config.ContextTokensMax, int.MaxValue) / model.Options.PageTokens;
        return fit > 0 ? (int)Math.Min(fit, Math.Max(1, most)) : throw new CudaException("cuMemGetInfo", CudaResult.OutOfMemory, string.Create(
            CultureInfo.InvariantCulture,
            $"No memory is left for keys and values on device {model.Device.Index}: {free:N0} of {total:N0} bytes are free, of which a sixteenth of all stays free."));
    }

    private void Compute(ReadOnlySpan<BatchEntry> batch, int rows)
    {
        // Cut into equal ones where it must be cut: a last one of few rows would read all weights for them.
        int cuts = (rows + _limits.Tokens - 1) / _limits.Tokens;
        int most = (rows + cuts - 1) / cuts;
        _plan.Clear();
        for (int i = 0; i < batch.Length; i++)
        {
            for (int offset = 0; offset < batch[i].Tokens.Length;)
            {
                int added = _plan.Add(batch[i], i, offset, most);
                offset += added;
                if (added == 0)
                {
                    ComputePlan(batch);
                    _plan.Clear();
                }
            }
        }

        ComputePlan(batch);
    }

    private void ComputePlan(ReadOnlySpan<BatchEntry> batch)
    {
        DecodeGraphs? graphs = _plan.IsDecodeOnly ? _graphs : null;
        StepShape shape = graphs?.Round(_plan.Shape) ?? _plan.Shape;
        _input.Upload(_stream, batch, _plan, shape);
        if (graphs is not null)
        {
            graphs.Run(shape);
        }
        else
        {
            _layers.Run(shape);
        }

        _results.Collect(_stream, _model.Kernels.Sample, batch, _plan, shape, _input, _work);
    }

    /// <summary>After a failure: what was asked for still reads the buffers, so it must have ended before they are written anew.</summary>
    private void Settle(CudaException failure)
    {
        CudaException? end = null;
        try
        {
            _stream.Synchronize();
        }
        catch (CudaException exception)
        {
            end = exception;
        }

        _loss = failure.IsDeviceLost ? failure : end is { IsDeviceLost: true } ? end : null;
    }
}
