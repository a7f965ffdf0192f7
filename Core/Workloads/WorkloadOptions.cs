using System.Globalization;

namespace Preble.Core.Workloads;

/// <summary>What a generated workload is drawn with.</summary>
public sealed record WorkloadOptions
{
    /// <summary>The most requests that a workload may have.</summary>
    public const int RequestsMax = 1_000_000;

    /// <summary>The most workers that a workload may be sized for.</summary>
    public const int WorkersMax = 4096;

    /// <summary>The most tokens that the workers may be said to hold together. [tokens]</summary>
    public const long KvTokensMax = 1_000_000_000_000;

    /// <summary>Key-value memory of a worker where nothing else is said: that of the hardware <c>a100-llama3-8b</c>. [tokens]</summary>
    public const int KvTokensPerWorker = 400_000;

    /// <summary>The least that a rate may be. [requests a second]</summary>
    public const double RateMin = 1e-3;

    /// <summary>The most that a rate may be. [requests a second]</summary>
    public const double RateMax = 1e9;

    private const double ZipfMax = 10;

    /// <summary>
    /// Requests a second, from <see cref="RateMin"/> to <see cref="RateMax"/>. Another rate changes when requests are sent, not what they are.
    /// </summary>
    public required double Rate { get; init; }

    /// <summary>How many, from 1 to <see cref="RequestsMax"/>; null is <see cref="WorkloadCatalog.DefaultRequests"/>.</summary>
    public int? Requests { get; init; }

    /// <summary>Any number. The same one gives the same workload, bit for bit, on every machine.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Workers that the workload is sized for, from 1 to <see cref="WorkersMax"/>: tools, clips, documents, chains and groups grow with them, as the
    /// paper's do with its GPUs.
    /// </summary>
    public int Workers { get; init; } = 4;

    /// <summary>
    /// Tokens that all workers hold together, up to <see cref="KvTokensMax"/>: what <c>documents-at-capacity</c> fills. Null is
    /// <see cref="KvTokensPerWorker"/> for each of them.
    /// </summary>
    public long? KvTokens { get; init; }

    /// <summary>How unequal the use of tools is, from 0 (all alike) to 10: the k-th is used in proportion to k to the power of minus this.</summary>
    public double ToolZipf { get; init; } = 1.1;

    /// <summary><see cref="KvTokens"/>, or what stands for it.</summary>
    internal long KvTokensInAll => KvTokens ?? (long)KvTokensPerWorker * Workers;

    /// <exception cref="ArgumentException">A number is out of range; the message is one line that says which, and what is allowed.</exception>
    public void Validate()
    {
        Check("rate", Rate, Rate is >= RateMin and <= RateMax, $"from {Text(RateMin)} to {Text(RateMax)} requests a second");
        Check("number of requests", Requests ?? 1, Requests is null or (>= 1 and <= RequestsMax), $"from 1 to {RequestsMax}");
        Check("number of workers", Workers, Workers is >= 1 and <= WorkersMax, $"from 1 to {WorkersMax}");
        Check("number of KV tokens", KvTokens ?? 1, KvTokens is null or (>= 1 and <= KvTokensMax), $"from 1 to {KvTokensMax}");
        Check("Zipf exponent of the tools", ToolZipf, ToolZipf is >= 0 and <= ZipfMax, $"from 0 to {Text(ZipfMax)}");
    }

    private static void Check(string what, double value, bool allowed, string range)
    {
        if (!allowed)
        {
            throw new ArgumentException($"The {what} of a workload cannot be {Text(value)}; allowed: {range}.");
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
