using Preble.Kernels.Device;
using Preble.Kernels.Products;

namespace Preble.Kernels.Checking;

/// <summary>One case as it runs: makes its buffers, collects what was wrong, frees everything.</summary>
/// <param name="ops">Ops that were made already.</param>
/// <param name="device">Where.</param>
/// <param name="stream">In which order.</param>
/// <param name="seed">Draws the inputs.</param>
/// <param name="guardBytes">Before and behind every buffer, a multiple of 256. With 0 a checker of memory around the device sees every byte that an
/// op touches beyond its data.</param>
internal sealed class CheckRun(OpCache ops, CudaDevice device, CudaStream stream, ulong seed, int guardBytes) : IDisposable
{
    private readonly List<CheckedBuffer> _buffers = [];
    private readonly List<ErrorMeter> _meters = [];
    private string? _problem;

    internal CudaStream Stream => stream;

    internal Values Values { get; } = new(seed);

    /// <summary>The op that is checked.</summary>
    /// <param name="make">Makes it.</param>
    /// <param name="shape">What it is made for, if for one shape only.</param>
    internal T Op<T>(Func<CudaDevice, T> make, object? shape = null)
        where T : class, IDisposable => ops.Get(make, shape);

    /// <summary>cuBLAS on the stream.</summary>
    /// <exception cref="CheckSkippedException">It is not here, or cannot be used.</exception>
    internal CublasProduct Cublas() =>
        ops.Get(_ => CublasProduct.TryCreate(device, stream, out string reason, out bool _) ?? throw new CheckSkippedException(reason), shape: null);

    /// <summary>Data that the op must not change.</summary>
    internal CheckedArray<T> Input<T>(string name, T[] values)
        where T : unmanaged => Keep(CheckedArray<T>.With(device, stream, name, values, guardBytes, isConstant: true));

    /// <summary>Data that the op changes.</summary>
    internal CheckedArray<T> Changed<T>(string name, T[] values)
        where T : unmanaged => Keep(CheckedArray<T>.With(device, stream, name, values, guardBytes, isConstant: false));

    /// <summary>Data that the op writes.</summary>
    internal CheckedArray<T> Output<T>(string name, long count)
        where T : unmanaged => Keep(CheckedArray<T>.Poisoned(device, stream, name, count, guardBytes));

    /// <summary>A comparison with tolerances for the norm and the worst element.</summary>
    internal ErrorMeter Meter(double tolerance, double worstTolerance)
    {
        var meter = new ErrorMeter(tolerance, worstTolerance);
        _meters.Add(meter);
        return meter;
    }

    /// <summary>Compares what must be equal bit by bit.</summary>
    internal void Exact<T>(string name, ReadOnlySpan<T> got, ReadOnlySpan<T> want)
        where T : unmanaged, IEquatable<T>
    {
        int same = got.CommonPrefixLength(want);
        if (same < want.Length || got.Length != want.Length)
        {
            Fail(FormattableString.Invariant($"{name}, element {same}: {(same < got.Length ? got[same] : default)} instead of {(same < want.Length ? want[same] : default)}"));
        }
    }

    /// <summary>Something is wrong that no meter sees.</summary>
    internal void Fail(string problem) => _problem ??= problem;

    /// <summary>Waits for the op, looks at all guards and sums up.</summary>
    internal CheckResult Finish(CheckCase @case)
    {
        stream.Synchronize();
        ErrorMeter? worst = _meters.MaxBy(meter => meter.Error / meter.Tolerance);
        string? problem = _buffers.Select(buffer => buffer.Problem()).FirstOrDefault(found => found is not null)
            ?? _problem
            ?? _meters.Select(meter => meter.Verdict()).FirstOrDefault(found => found is not null);
        return new CheckResult(
            @case.Op, @case.Name, worst?.Error ?? 0, worst?.Tolerance ?? 0, _meters.Select(meter => meter.Worst).DefaultIfEmpty().Max(), worst?.WorstTolerance ?? 0, problem);
    }

    /// <inheritdoc/>
    public void Dispose() => _buffers.ForEach(buffer => buffer.Dispose());

    private CheckedArray<T> Keep<T>(CheckedArray<T> array)
        where T : unmanaged
    {
        _buffers.Add(array);
        return array;
    }
}
