using System.Globalization;
using Preble.Engine.Cpu;

namespace Preble.Silo.Engines;

/// <summary>What the options leave open for workers on the CPU, worked out for this machine and model.</summary>
/// <param name="Threads">Of each worker.</param>
/// <param name="KvTokens">Of each worker, whole pages.</param>
internal readonly record struct EngineSizes(int Threads, int KvTokens)
{
    private const int ContextsMax = 16;
    private const double MemoryShare = 0.25;

    /// <exception cref="StartupException">The machine has not the memory.</exception>
    public static EngineSizes Of(PrebleOptions options, CpuModel model, int workers)
    {
        int threads = options.ThreadsPerWorker > 0 ? options.ThreadsPerWorker : Math.Max(1, Environment.ProcessorCount / workers);
        double memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        double wanted = (double)options.KvTokens * model.KeyValueBytesPerToken * workers;
        if (wanted > memory)
        {
            throw new StartupException(string.Create(
                CultureInfo.InvariantCulture,
                $"Preble:KvTokens is {options.KvTokens}, which for {workers} workers takes {wanted / 1e9:N1} GB, but this machine has {memory / 1e9:N1} GB."));
        }

        long pages = Math.Max(1, Tokens(options, model, workers) / options.PageTokens);
        return new EngineSizes(threads, checked((int)(pages * options.PageTokens)));
    }

    private static long Tokens(PrebleOptions options, CpuModel model, int workers)
    {
        if (options.KvTokens > 0)
        {
            return options.KvTokens;
        }

        double budget = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * MemoryShare / workers;
        long affordable = (long)(budget / model.KeyValueBytesPerToken);
        return Math.Min(affordable, Math.Min((long)ContextsMax * model.Config.ContextTokensMax, int.MaxValue - options.PageTokens));
    }
}
