using Preble.Cli.CommandLine;
using Preble.Cli.Gpu;
using Preble.Engine.Cpu;
using Preble.Engine.Diagnostics;
using Preble.Engine.Weights;
using Preble.Kernels.Device;
using Preble.Kernels.Serving;
using Preble.Kernels.Timing;

namespace Preble.Cli.Engines;

/// <summary>An engine with what it stands on, freed together.</summary>
internal sealed class OpenEngine : IDisposable
{
    /// <summary>What names a model, in words for options.</summary>
    public const string AllowedFolder = "a model folder in Hugging Face layout";

    private const int PageTokens = 16;
    private readonly Stack<IDisposable> _owned = [];
    private readonly List<string> _notes = [];
    private Func<string> _products = () => "";

    private OpenEngine()
    {
    }

    /// <summary>What is measured.</summary>
    public MeasuredEngine Engine { get; private set; } = null!;

    /// <summary>What multiplies matrices.</summary>
    public string Products => _products();

    /// <summary>What was done in another way than it might have been, a line each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>On the CPU; the peaks are measured first.</summary>
    /// <param name="folder">Model folder; null for random weights of <paramref name="shape"/>.</param>
    /// <param name="shape">Shape of random weights.</param>
    /// <param name="options">What will be measured, for the size of the key-value memory.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="clock">Time.</param>
    public static OpenEngine OnCpu(string? folder, RandomModelShape shape, EngineBenchmarkOptions options, int threads, TimeProvider clock) => Open(open =>
    {
        MachineRates rates = MachineRates.Measure(clock, threads);
        folder ??= open.Own(RandomModelFolder.Create(shape)).Path;
        CpuModel model = open.Own(CpuModel.Load(folder, new CpuOptions()));
        long pages = Math.Min(options.Pages(PageTokens, model.Config.ContextTokensMax), int.MaxValue / PageTokens);
        CpuForwardPass pass = open.Own(new CpuForwardPass(model, (int)pages, PageTokens, threads));
        open._products = () => model.KernelSet;
        open.Engine = new MeasuredEngine(
            $"{threads} CPU threads", pass, model.Config, sizeof(ushort), model.KeyValueBytesPerToken, rates.ReadGigabytes, rates.GigaFlops / 1e3);
    });

    /// <summary>On a GPU; the peaks are measured first.</summary>
    /// <param name="device">Which.</param>
    /// <param name="peaks">What it reaches; null measures it.</param>
    /// <param name="folder">Model folder; null for random weights of <paramref name="shape"/>, made on the device.</param>
    /// <param name="shape">Shape of random weights.</param>
    /// <param name="options">What will be measured, for the size of the key-value memory; where the device has less, what fits.</param>
    /// <param name="how">How the model is computed.</param>
    public static OpenEngine OnGpu(CudaDevice device, DevicePeaks? peaks, string? folder, RandomModelShape shape, EngineBenchmarkOptions options, CudaOptions how) => Open(open =>
    {
        if (peaks is null)
        {
            using var benchmark = new KernelBenchmark(device);
            peaks = benchmark.Peaks;
        }

        how = how with { Note = open._notes.Add };
        CudaModel model = open.Own(folder is null ? CudaModel.Random(shape.Config(), device, how, seed: 1) : CudaModel.Load(folder, device, how));
        CudaForwardPass pass = open.Own(new CudaForwardPass(model, Pages(device, model, options)));
        open._products = () => pass.MatrixProductsBy;
        open.Engine = new MeasuredEngine(
            DeviceLine.Of(device).ToString(), pass, model.Config, sizeof(ushort), model.KeyValueBytesPerToken, peaks.CopyGigabytes, peaks.MatrixTeraflops);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_owned.TryPop(out IDisposable? last))
        {
            last.Dispose();
        }
    }

    /// <summary>What is wanted, or what nine tenths of the free memory hold: activations take some.</summary>
    private static int Pages(CudaDevice device, CudaModel model, EngineBenchmarkOptions options)
    {
        int pageTokens = model.Options.PageTokens;
        long fit = device.Memory.Free / 10 * 9 / (model.KeyValueBytesPerToken * pageTokens);
        return (int)Math.Max(1, Math.Min(fit, options.Pages(pageTokens, model.Config.ContextTokensMax)));
    }

    private static OpenEngine Open(Action<OpenEngine> fill)
    {
        var open = new OpenEngine();
        try
        {
            fill(open);
            return open;
        }
        catch (ModelFormatException wrong)
        {
            open.Dispose();
            throw UsageException.From(wrong);
        }
        catch
        {
            open.Dispose();
            throw;
        }
    }

    private T Own<T>(T made)
        where T : IDisposable
    {
        _owned.Push(made);
        return made;
    }
}
