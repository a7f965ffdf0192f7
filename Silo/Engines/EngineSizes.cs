using System.Globalization;
using Preble.Engine.Cpu;

namespace Preble.Silo.Engines;

/// <summary>What the options leave open, worked out for this machine and model.</summary>
/// <param name="Threads">Of each worker.</param>
/// <param name="KvTokens">Of each worker, whole pages.</param>
/// <param name="RunningMax">Sequences that a worker runs at once.</param>
internal readonly record struct EngineSizes(int Threads, int KvTokens, int RunningMax)
{
    private const int ContextsMax = 16;
    private const double MemoryShare = 0.25;

    public static EngineSizes Of(PrebleOptions options, CpuModel model)
    {
        int threads = options.ThreadsPerWorker > 0 ? options.ThreadsPerWorker : Math.Max(1, Environment.ProcessorCount / options.Workers);
        double memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        double wanted = (double)options.KvTokens * model.KeyValueBytesPerToken * options.Workers;
        if (wanted > memory)
        {
            throw new StartupException(string.Create(
                CultureInfo.InvariantCulture,
                $"Preble:KvTokens is {options.KvTokens}, which for {options.Workers} workers takes {wanted / 1e9:N1} GB, but this machine has {memory / 1e9:N1} GB."));
        }

        long pages = Math.Max(1, Tokens(options, model) / options.PageTokens);
        return new EngineSizes(threads, checked((int)(pages * options.PageTokens)), Math.Min(options.RunningMax, options.StepTokensMax));
    }

    private static long Tokens(PrebleOptions options, CpuModel model)
    {
        if (options.KvTokens > 0)
        {
            return options.KvTokens;
        }

        double budget = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * MemoryShare / options.Workers;
        long affordable = (long)(budget / model.KeyValueBytesPerToken);
        return Math.Min(affordable, Math.Min((long)ContextsMax * model.Config.ContextTokensMax, int.MaxValue - options.PageTokens));
    }
}
