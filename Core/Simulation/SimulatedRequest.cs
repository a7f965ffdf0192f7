using Preble.Core.Serving;
using Preble.Core.Workloads;

namespace Preble.Core.Simulation;

/// <summary>A request under way. Its tokens exist from its arrival to its end.</summary>
internal sealed class SimulatedRequest(WorkloadRequest workload, RequestId id, SimulatedRouter router, Prompt prompt, TimeSpan sent)
{
    public WorkloadRequest Workload { get; } = workload;

    public RequestId Id { get; } = id;

    /// <summary>The scheduler that places it.</summary>
    public SimulatedRouter Router { get; } = router;

    public Prompt Prompt { get; } = prompt;

    public TimeSpan Sent { get; } = sent;

    /// <summary>When it was placed on <see cref="Worker"/>.</summary>
    public TimeSpan Placed { get; set; }

    /// <summary>Index of its worker; -1 while it has none.</summary>
    public int Worker { get; set; } = -1;

    public int Attempts { get; set; }

    /// <summary>Workers that did not take it.</summary>
    public List<WorkerId> Refused { get; } = [];

    /// <summary>Prompt tokens found cached when it first ran; -1 before that.</summary>
    public int CachedTokens { get; set; } = -1;

    /// <summary>Tokens that have reached the client.</summary>
    public int Produced { get; set; }

    /// <summary>When the first of them came, at the worker.</summary>
    public TimeSpan FirstToken { get; set; }

    /// <summary>As it is submitted to a worker: with what has reached the client as its context.</summary>
    public SequenceRequest Sequence()
    {
        var generated = new int[Produced];
        for (int i = 0; i < generated.Length; i++)
        {
            generated[i] = SegmentTokens.At(Workload.Output.Content, i, SimulatedForwardPass.Vocabulary);
        }

        return new SequenceRequest
        {
            Id = Id,
            Prompt = Prompt,
            Generated = generated,
            MaxNewTokens = Workload.Output.Tokens,
            Sampler = new ScriptedSampler(Workload.Output, Produced),
        };
    }
}
