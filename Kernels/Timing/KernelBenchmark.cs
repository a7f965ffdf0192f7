using Preble.Kernels.Checking;
using Preble.Kernels.Device;
using Preble.Kernels.Products;

namespace Preble.Kernels.Timing;

/// <summary>Times every kernel on a device, and what the device reaches at most in the same run.</summary>
public sealed class KernelBenchmark : IDisposable
{
    /// <summary>The buffers of all sets together have so many times what the L2 cache holds.</summary>
    private const int CacheFactor = 4;
    private const int SetsMax = 64;
    private const long BytesMax = 16L << 30;
    private readonly CudaDevice _device;
    private readonly OpCache _ops;
    private readonly CudaStream _stream;
    private readonly KernelTimer _timer;
    private readonly CublasProduct? _cublas;

    /// <summary>Measures the peaks.</summary>
    /// <param name="device">Where; its context is the calling thread's.</param>
    public KernelBenchmark(CudaDevice device)
        : this(device, TimingEffort.Full, 1L << 30, 8192)
    {
    }

    internal KernelBenchmark(CudaDevice device, TimingEffort effort, long copyBytes, int matrix)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        _ops = new OpCache(device);
        _stream = new CudaStream(device);
        _timer = new KernelTimer(device, _stream, effort);
        _cublas = CublasProduct.TryCreate(device, _stream, out string reason, out _);
        CublasProblem = reason;
        using BenchRun run = NewRun();
        Peaks = PeakMeter.Measure(run, _timer, copyBytes, matrix);
    }

    /// <summary>Names of the ops that are timed.</summary>
    public static IReadOnlyList<string> Ops { get; } = [.. Cases().Select(one => one.Op).Distinct()];

    /// <summary>Why cuBLAS is not timed, in a line; empty if it is.</summary>
    public string CublasProblem { get; }

    /// <summary>What the device reaches at most.</summary>
    public DevicePeaks Peaks { get; }

    /// <summary>Times the shapes of an 8B Llama and of the bundled model, one after the other.</summary>
    /// <param name="ops">Names of ops, of <see cref="Ops"/>.</param>
    public IEnumerable<KernelBenchResult> Run(IReadOnlyCollection<string> ops) => Cases().Where(one => ops.Contains(one.Op)).Select(one => Run(one)).OfType<KernelBenchResult>();

    /// <summary>Times one case; null if it cannot run here.</summary>
    internal KernelBenchResult? Run(KernelBenchCase one, int setsMax = SetsMax)
    {
        using BenchRun run = NewRun();
        if (one.Prepare(run) is not { } launch)
        {
            return null;
        }

        var launches = new List<Action> { launch };
        double wanted = Math.Ceiling(CacheFactor * (double)_device.L2Bytes / one.Work.Bytes);
        for (int sets = (int)Math.Min(setsMax, wanted); sets > launches.Count && run.Bytes < BytesMax;)
        {
            launches.Add(one.Prepare(run)!);
        }

        return new KernelBenchResult(one.Op, one.Name, _timer.Measure(set => launches[set](), launches.Count), one.Work, Peaks);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cublas?.Dispose();
        _stream.Dispose();
        _ops.Dispose();
    }

    private BenchRun NewRun() => new(_ops, _device, _stream, _cublas);

    private static IEnumerable<KernelBenchCase> Cases() => KernelBenchCases.Of(BenchShapes.Llama8B).Concat(KernelBenchCases.Of(BenchShapes.Demo));
}
