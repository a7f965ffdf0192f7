using System.Diagnostics;
using System.Globalization;
using Preble.Benchmarks.Hosts;

namespace Preble.Benchmarks;

/// <summary>
/// What a grain call costs on the host that this was built for: small calls from several callers, each waiting for its result, over 625 keys; the same from
/// grain to grain; and elements of one enumeration that are not ready at once.
/// </summary>
public static class GrainCallBenchmark
{
    /// <summary>Keys that the calls go to: as many as the benchmark of Orleans that the numbers are held against.</summary>
    public const int Keys = 625;

    /// <summary>Callers that each have one call under way.</summary>
    public const int Callers = 100;

    /// <summary>A grain that does next to nothing.</summary>
    public interface IPingGrain : IGrainWithStringKey
    {
        /// <summary>Gives the number back.</summary>
        Task<int> Ping(int number);

        /// <summary>Calls another grain a number of times, one after the other.</summary>
        Task<long> PingOther(string other, int times);

        /// <summary>Numbers from zero, each of which comes later than its request.</summary>
        IAsyncEnumerable<int> Numbers(int count);
    }

    /// <summary>Measures and writes one line for each.</summary>
    /// <param name="output">Where the lines go.</param>
    /// <param name="duration">How long each is measured.</param>
    public static async Task RunAsync(TextWriter output, TimeSpan duration)
    {
        await using BenchmarkHost host = await BenchmarkHost.StartAsync();
        IPingGrain[] grains = [.. Enumerable.Range(0, Keys).Select(key => host.Grains.GetGrain<IPingGrain>($"{key}"))];
        foreach (IPingGrain grain in grains) await grain.Ping(0);

        await MeasureAsync(output, "calls from outside", duration, caller => CallAsync(grains, caller, duration));
        await MeasureAsync(output, "calls from grain to grain", duration, caller => CallBetweenAsync(grains, caller, duration));
        await MeasureAsync(output, "elements of enumerations", duration, caller => EnumerateAsync(grains, caller, duration));
    }

    private static async Task MeasureAsync(TextWriter output, string what, TimeSpan duration, Func<int, Task<long>> run)
    {
        long bytes = GC.GetTotalAllocatedBytes();
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        long[] counts = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => run(caller))));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double cpuSeconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        long count = counts.Sum();
        bytes = GC.GetTotalAllocatedBytes() - bytes;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {count / seconds:N0}/s, {count / cpuSeconds:N0} per core second, {(double)bytes / count:N0} B each ({duration.TotalSeconds:0.#} s)"));
    }

    private static async Task<long> CallAsync(IPingGrain[] grains, int caller, TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        long count = 0;
        for (int key = caller; Stopwatch.GetElapsedTime(start) < duration; key += 17)
        {
            for (int i = 0; i < 64; i++) await grains[(key + i) % grains.Length].Ping(i);
            count += 64;
        }

        return count;
    }

    private static async Task<long> CallBetweenAsync(IPingGrain[] grains, int caller, TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        long count = 0;
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            // Callers and callees are different grains, or a cycle of calls would wait for itself.
            count += await grains[caller].PingOther($"{Callers + caller}", 256);
        }

        return count;
    }

    private static async Task<long> EnumerateAsync(IPingGrain[] grains, int caller, TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        long count = 0;
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            await foreach (int _ in grains[caller].Numbers(256)) count++;
        }

        return count;
    }

    internal sealed class PingGrain : Grain, IPingGrain
    {
        public Task<int> Ping(int number) => Task.FromResult(number);

        public async Task<long> PingOther(string other, int times)
        {
            IPingGrain grain = GrainFactory.GetGrain<IPingGrain>(other);
            for (int i = 0; i < times; i++) await grain.Ping(i);
            return times;
        }

        public async IAsyncEnumerable<int> Numbers(int count)
        {
            for (int i = 0; i < count; i++)
            {
                await Task.Yield();
                yield return i;
            }
        }
    }
}
