using Preble.Core.Simulation;

namespace Preble.Core.Workloads;

/// <summary>The generated workloads by name.</summary>
public static class WorkloadCatalog
{
    private static readonly IWorkloadGenerator[] Generators =
    [
        new ToolBench(), new EmbodiedAgents(), new ProgramGeneration(), new VideoQuestions(), new LongDocuments(),
        new AzureMixed(), new HotBurst(), new DocumentsAtCapacity(), new NoSharing(), new SharedPrefix(),
    ];

    /// <summary>Every name that <see cref="Create"/> knows: the paper's five, its mix, and what they do not show.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Generators.Select(generator => generator.Name)];

    /// <summary>Draws a workload.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">What it is drawn with.</param>
    /// <exception cref="ArgumentException">The name is none or an option is out of range: one line that says what is allowed.</exception>
    public static Workload Create(string name, WorkloadOptions options)
    {
        IWorkloadGenerator generator = Find(name);
        int byDefault = DefaultRequests(name, options);
        int requests = options.Requests ?? byDefault;
        return new Workload { Name = name, Requests = generator.Generate(options, requests), Rate = options.Rate, Seed = options.Seed };
    }

    /// <summary>What a workload is, in one line.</summary>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public static string Describe(string name) => Find(name).Description;

    /// <summary>Requests of a workload where <see cref="WorkloadOptions.Requests"/> says nothing: with them the statistics are those of its source.</summary>
    /// <exception cref="ArgumentException">The name is none or an option is out of range.</exception>
    public static int DefaultRequests(string name, WorkloadOptions options)
    {
        IWorkloadGenerator generator = Find(name);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return (int)Math.Min(WorkloadOptions.RequestsMax, generator.DefaultRequests(options));
    }

    /// <summary>
    /// Requests a second that keep the workers busy without overload: about three quarters of what the best policy sustains on them, or less where they have
    /// little memory.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="workers">At least one, equal or not.</param>
    /// <exception cref="ArgumentException">The name is none, or there is no worker.</exception>
    public static double DefaultRate(string name, IReadOnlyList<Hardware> workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        IWorkloadGenerator generator = Find(name);
        return workers.Count > 0 ? DefaultRates.Of(generator, workers) : throw new ArgumentException("A rate needs at least one worker; there is none.");
    }

    /// <summary>What <see cref="DefaultRate"/> reckons with.</summary>
    internal static RequestLoad LoadOf(string name) => Find(name).Load;

    private static IWorkloadGenerator Find(string name) =>
        Array.Find(Generators, generator => generator.Name == name)
        ?? throw new ArgumentException($"There is no workload '{name}'. Allowed: {string.Join(", ", Names)}.");
}
