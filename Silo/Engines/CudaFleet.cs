using System.Globalization;
using Preble.Core.Serving;
using Preble.Engine.Models;
using Preble.Engine.Weights;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Serving;

namespace Preble.Silo.Engines;

/// <summary>Workers on GPUs, each on one of its own with its own copy of the weights.</summary>
internal sealed class CudaFleet : IEngineFleet
{
    private const int StepTokensByDefault = 2048;

    private readonly List<CudaDevice> _devices = [];
    private readonly List<CudaModel> _models = [];
    private readonly List<CudaForwardPass> _passes = [];
    private readonly List<string> _notes = [];

    private CudaFleet(PrebleOptions options) => StepTokensMax = options.StepTokensMax > 0 ? options.StepTokensMax : StepTokensByDefault;

    public string Kind => "cuda";

    public ModelConfig Config => _models[0].Config;

    public long WeightBytes => _models[0].WeightBytes;

    public int ContextTokensMax => _passes.Min(pass => pass.ContextTokensMax);

    public int StepTokensMax { get; }

    public IReadOnlyList<IForwardPass> Passes => _passes;

    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(", ", _devices.Select(device => device.Name).Distinct())}, {(_passes[0].MatrixProductsBy == "own" ? "own matrix products" : _passes[0].MatrixProductsBy)}, "
        + $"{_passes.Min(pass => (long)pass.PageCount * pass.PageTokens):N0} tokens of cache each");

    public IReadOnlyList<string> Notes => _notes;

    public event Action<string>? Noted;

    /// <summary>
    /// A worker on every GPU that can serve the model, or on as many as are asked for. Those that cannot are told in <see cref="Notes"/>.
    /// </summary>
    /// <param name="options">How many, and how large.</param>
    /// <param name="folder">Of the model.</param>
    /// <param name="driver">Knows the GPUs.</param>
    /// <exception cref="StartupException">No GPU can serve it, or there are fewer than asked for.</exception>
    public static CudaFleet Load(PrebleOptions options, string folder, ICudaDriver driver)
    {
        if (driver.DeviceCount(out int devices) != CudaResult.Success || devices == 0)
        {
            throw new StartupException("The NVIDIA driver knows no GPU.");
        }

        if (options.WorkerCount > devices)
        {
            string gpus = devices == 1 ? "there is 1 GPU" : $"there are {devices} GPUs";
            throw new StartupException($"Preble:Workers is {options.WorkerCount}, but {gpus} and each runs one worker; Preble:Device cpu computes on the CPU.");
        }

        var fleet = new CudaFleet(options);
        for (int device = 0; device < devices && fleet._passes.Count < (options.WorkerCount ?? devices); device++)
        {
            fleet.Add(options, folder, driver, device);
        }

        if (fleet._passes.Count == 0 || fleet._passes.Count < options.WorkerCount)
        {
            fleet.Dispose();
            throw new StartupException(string.Join(' ', fleet._notes));
        }

        return fleet;
    }

    public string Hardware(int worker) => _devices[worker].Name;

    public void Dispose()
    {
        _passes.ForEach(pass => pass.Dispose());
        _models.ForEach(model => model.Dispose());
        _devices.ForEach(device => device.Dispose());
    }

    private void Add(PrebleOptions options, string folder, ICudaDriver driver, int index)
    {
        CudaDevice? device = null;
        CudaModel? model = null;
        bool isLoaded = false;
        try
        {
            device = new CudaDevice(driver, index);
            var how = new CudaOptions { PageTokens = options.PageTokens, StepTokensMax = StepTokensMax, SequencesMax = options.RunningMax, Note = Note };
            model = CudaModel.Load(folder, device, how);
            int pages = options.KvTokens > 0 ? Math.Max(1, options.KvTokens / options.PageTokens) : 0;
            _passes.Add(new CudaForwardPass(model, pages));
            _models.Add(model);
            _devices.Add(device);
            isLoaded = true;
        }
        catch (Exception exception) when (exception is CudaException or ModelFormatException or ArgumentException)
        {
            model?.Dispose();
            device?.Dispose();
            _notes.Add($"GPU {index} cannot serve the model: {exception.Message.ReplaceLineEndings(" ")}");
        }

        void Note(string note)
        {
            string line = $"GPU {index}: {note}";
            if (isLoaded)
            {
                Noted?.Invoke(line);
            }
            else
            {
                _notes.Add(line);
            }
        }
    }
}
