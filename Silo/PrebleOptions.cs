using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Preble.Engine.Cpu;

namespace Preble.Silo;

/// <summary>What the user wrote under <c>Preble:</c>; every value has a default that serves. Zero means "choose for me" where it says so.</summary>
public sealed class PrebleOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Preble";

    /// <summary>Folder of a model in Hugging Face layout; empty for the bundled one.</summary>
    public string Model { get; set; } = "";

    /// <summary>Name under which clients ask for the model; empty for the folder's name.</summary>
    public string ModelName { get; set; } = "";

    /// <summary>What the workers compute on: <c>cuda</c>, <c>cpu</c>, or <c>auto</c> for NVIDIA GPUs where there are some and else the CPU.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Workers in this process: a number, or <c>auto</c> for one on each GPU, and 4 where the CPU computes.</summary>
    public string Workers { get; set; } = "auto";

    /// <summary><see cref="Workers"/> as a number; null for auto.</summary>
    internal int? WorkerCount => Workers == "auto" ? null : int.Parse(Workers, CultureInfo.InvariantCulture);

    /// <summary>Threads of each worker on the CPU; 0 shares the machine's cores between the workers.</summary>
    [Range(0, 256)]
    public int ThreadsPerWorker { get; set; }

    /// <summary>How prompts are placed.</summary>
    public string Policy { get; set; } = "marginal-cost";

    /// <summary>Weight of a request's own time to the first token against everybody's delay, for <c>marginal-cost</c>.</summary>
    [Range(0.01, 1000)]
    public double LatencyPreference { get; set; } = 3;

    /// <summary>How a worker orders its waiting queue.</summary>
    public string QueueOrder { get; set; } = "priority-groups";

    /// <summary>Tokens in a page of key-value memory.</summary>
    [Range(16, 256)]
    public int PageTokens { get; set; } = 16;

    /// <summary>
    /// Key-value memory of each worker in tokens; 0 takes up to 16 full contexts, bounded by a quarter of the machine's memory for all workers, or what a
    /// GPU has free.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int KvTokens { get; set; }

    /// <summary>Largest number of tokens in one step of a worker; longer prompts are computed in chunks. 0 takes 512 on CPUs and 2,048 on GPUs.</summary>
    [Range(0, 1 << 20)]
    public int StepTokensMax { get; set; }

    /// <summary>Sequences that a worker runs at once, at most what one batch of its engine holds.</summary>
    [Range(1, CpuForwardPass.BatchEntriesMax)]
    public int RunningMax { get; set; } = 64;

    /// <summary>Sequences that may wait at a worker; when all workers are full the gateway answers 429.</summary>
    [Range(1, 1 << 20)]
    public int WaitingMax { get; set; } = 256;

    /// <summary>Vector instructions of the CPU engine: auto, avx512, avx2 or portable.</summary>
    public string KernelSet { get; set; } = "auto";

    /// <summary>Largest request body in bytes.</summary>
    [Range(1024, 1 << 30)]
    public int BodyBytesMax { get; set; } = 16 << 20;

    /// <summary>Seconds that running requests get to end after the program was told to stop; then their streams end with an error.</summary>
    [Range(0.0, 3600.0)]
    public double DrainSeconds { get; set; } = 5;

    /// <summary>
    /// Seconds for which a gateway that was told to stop takes requests while it says that it is not ready; none given is 3 in a cluster, else 0.
    /// </summary>
    [Range(0.0, 3600.0)]
    public double? NoticeSeconds { get; set; }

    /// <summary>Seconds for which a worker that nothing is heard of stays known; it tells of itself every second.</summary>
    [Range(3.0, 3600.0)]
    public double LeaseSeconds { get; set; } = 5;

    /// <summary>Seconds for which a request waits for a worker while there is none; then the gateway answers 503.</summary>
    [Range(0.0, 3600.0)]
    public double PatienceSeconds { get; set; } = 15;

    /// <summary>
    /// Secret that keys the page hashes, so that nobody can make colliding prompts on purpose; empty draws one at every start. All silos of a cluster
    /// need the same one.
    /// </summary>
    public string ClusterSecret { get; set; } = "";

    /// <summary>What this silo is: <c>gateway</c>, which answers clients, <c>worker</c>, which computes, or both with a comma between.</summary>
    public string Roles { get; set; } = "gateway,worker";

    /// <summary>Names this silo among those of its cluster, where no two may share a name; empty takes the machine's name and the silo port.</summary>
    public string SiloName { get; set; } = "";

    /// <summary>How this silo finds the others.</summary>
    public ClusterSettings Cluster { get; set; } = new();
}
