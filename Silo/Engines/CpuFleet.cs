using System.Globalization;
using Preble.Core.Serving;
using Preble.Engine.Cpu;
using Preble.Engine.Models;

namespace Preble.Silo.Engines;

/// <summary>Workers on the CPU, over one copy of the weights.</summary>
internal sealed class CpuFleet : IEngineFleet
{
    private const int WorkersByDefault = 4;
    private const int StepTokensByDefault = 512;

    private readonly List<CpuForwardPass> _passes = [];
    private readonly EngineSizes _sizes;

    /// <param name="options">How many, and how large.</param>
    /// <param name="model">The weights; disposed with this.</param>
    /// <param name="computes">Whether this silo has workers.</param>
    /// <param name="notes">See <see cref="Notes"/>.</param>
    public CpuFleet(PrebleOptions options, CpuModel model, bool computes, params IReadOnlyList<string> notes)
    {
        Model = model;
        Notes = notes;
        StepTokensMax = options.StepTokensMax > 0 ? options.StepTokensMax : StepTokensByDefault;
        int workers = options.WorkerCount ?? WorkersByDefault;
        _sizes = EngineSizes.Of(options, model, workers);
        try
        {
            for (int worker = 0; computes && worker < workers; worker++)
            {
                _passes.Add(new CpuForwardPass(model, _sizes.KvTokens / options.PageTokens, options.PageTokens, _sizes.Threads));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The weights.</summary>
    public CpuModel Model { get; }

    public string Kind => "cpu";

    public ModelConfig Config => Model.Config;

    public long WeightBytes => Model.WeightBytes;

    public int ContextTokensMax => Math.Min(Config.ContextTokensMax, _sizes.KvTokens);

    public int StepTokensMax { get; }

    public IReadOnlyList<IForwardPass> Passes => _passes;

    public string Summary => string.Create(
        CultureInfo.InvariantCulture, $"{Model.KernelSet}, {_sizes.Threads} thread{(_sizes.Threads == 1 ? "" : "s")} and {_sizes.KvTokens:N0} tokens of cache each");

    public IReadOnlyList<string> Notes { get; }

    public event Action<string>? Noted
    {
        // There is nothing to say later.
        add { }
        remove { }
    }

    public string Hardware(int worker) => Kind;

    public void Dispose()
    {
        _passes.ForEach(pass => pass.Dispose());
        Model.Dispose();
    }
}
