using Preble.Engine.Compute;
using Preble.Engine.Cpu;

namespace Preble.Engine.Diagnostics;

/// <summary>What the machine can do at most with a number of threads, measured; the floor that times of the engine are compared with.</summary>
/// <param name="Threads">Threads that worked at once.</param>
/// <param name="KernelSet">Kernel set that was used.</param>
/// <param name="GigaFlops">f32 fused multiply-adds from registers, 10^9 operations per second, two for each.</param>
/// <param name="ReadGigabytes">Reading memory far larger than the caches, 10^9 bytes per second.</param>
/// <param name="CopyGigabytes">Copying such memory, 10^9 bytes per second, reads and writes counted.</param>
public sealed record MachineRates(int Threads, string KernelSet, double GigaFlops, double ReadGigabytes, double CopyGigabytes)
{
    private const int RepeatsMin = 5;

    /// <summary>Seconds for each measurement at least: a system may leave new threads on one core for some tenths of a second.</summary>
    private const double SecondsMin = 0.6;
    private const long BufferBytes = 256L << 20;
    private const int MultiplyAddRounds = 2_000_000;

    /// <summary>Measures for about two seconds; the best of several repeats counts.</summary>
    /// <param name="clock">Time.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <param name="kernelSet">Kernel set, as in <see cref="CpuOptions.KernelSet"/>.</param>
    public static unsafe MachineRates Measure(TimeProvider clock, int threads, string kernelSet = "auto")
    {
        ArgumentNullException.ThrowIfNull(clock);
        KernelSet kernels = KernelSets.Choose(kernelSet);
        using var team = new ThreadTeam(threads);
        using var memory = new AlignedMemory(BufferBytes);
        new Span<byte>(memory.Pointer, (int)BufferBytes).Fill(1);
        long share = (BufferBytes / threads) & ~4095L;

        double flops = 0;
        double compute = Best(clock, team, new LaneJob(_ => flops = kernels.SpendMultiplyAdds(MultiplyAddRounds)));
        double read = Best(clock, team, new LaneJob(lane => kernels.Read((float*)(memory.Pointer + (lane * share)), share / sizeof(float))));
        double copy = Best(clock, team, new LaneJob(lane =>
            Buffer.MemoryCopy(memory.Pointer + (lane * share), memory.Pointer + (lane * share) + (share / 2), share / 2, share / 2)));
        return new MachineRates(
            threads, kernels.Name, flops * threads / compute / 1e9, (double)share * threads / read / 1e9, (double)share * threads / copy / 1e9);
    }

    private static double Best(TimeProvider clock, ThreadTeam team, LaneJob job)
    {
        double best = double.PositiveInfinity;
        long begin = clock.GetTimestamp();
        for (int i = 0; i < RepeatsMin || clock.GetElapsedTime(begin).TotalSeconds < SecondsMin; i++)
        {
            long start = clock.GetTimestamp();
            team.Run(job, team.Lanes);
            best = Math.Min(best, clock.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private sealed class LaneJob(Action<int> run) : ParallelJob
    {
        internal override void Run(int item, int lane) => run(item);
    }
}
