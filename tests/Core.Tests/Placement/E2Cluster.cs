using Preble.Core.Placement;
using Preble.Core.Placement.E2;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>A scheduler under E2 with a prefix tree and a clock, for tests that say what is sent and what came of it.</summary>
internal sealed class E2Cluster
{
    /// <summary>Long enough to be a key portion behind the first pages, which are common.</summary>
    public const int ToolPages = 100;

    /// <summary>Those of the policy, sooner warm.</summary>
    public static readonly PolicyOptions Options = new() { E2WarmUpRequests = 10 };

    private readonly PrefixMatch match = new();
    private int requests;
    private int questions;

    public E2Cluster(PolicyOptions options, int workers)
    {
        Policy = new E2Policy(options);
        Scheduler = Scheduler(Policy);
        for (int i = 0; i < workers; i++)
        {
            Join("w" + i);
        }
    }

    public E2Policy Policy { get; }

    public GlobalScheduler Scheduler { get; }

    public PrefixTree Tree { get; } = new(new PrefixTreeOptions());

    public double Now { get; set; }

    public PortionLedger Ledger => Policy.Adjustment!.Ledger;

    public string LastId { get; private set; } = "";

    /// <summary>Load that counts as each worker's own, in seconds.</summary>
    public double Load(string worker) => Ledger.Workers.All.SingleOrDefault(one => one.View.Id.Value == worker)?.Load ?? 0;

    /// <summary>Keys of a path: each part is a name and its pages, and is the same page for page behind the same parts.</summary>
    public static PageKey[] Path(params (int Name, int Pages)[] parts)
    {
        var keys = new List<PageKey>();
        ulong before = 17;
        foreach ((int name, int pages) in parts)
        {
            for (int page = 0; page < pages; page++)
            {
                before = (before ^ ((ulong)name << 20) ^ (ulong)(page + 1)) * 0x9E3779B97F4A7C15;
                before ^= before >> 29;
                keys.Add(new PageKey(before));
            }
        }

        return [.. keys];
    }

    /// <summary>A prompt for a tool that was never asked before.</summary>
    public PageKey[] Question(int tool) => Path((1, 5), (tool, ToolPages), (10_000 + questions++, 3));

    /// <summary>A prompt for the first tool that goes on with a common part before what is its own.</summary>
    public PageKey[] Branch(int branch) => Path((1, 5), (1, ToolPages), (7000 + branch, 3), (8000 + questions++, 2));

    /// <summary>Sends questions for a tool to a worker, one after another.</summary>
    public void Ask(string worker, int tool, int times, double queueSeconds = 0)
    {
        for (int i = 0; i < times; i++)
        {
            SendTo(worker, Question(tool), queueSeconds);
        }
    }

    /// <summary>Places a prompt that has nothing to do with the others, as rebalancing follows placements.</summary>
    public void PlaceAnother() => Send(Path((900_000 + questions++, 1)));

    /// <summary>The workers that a tool is assigned to.</summary>
    public string[] Members(int tool)
    {
        var members = new List<string>();
        if (Ledger.Portions.TryFind(Path((1, 5), (tool, ToolPages))[^1], out KeyPortion? portion))
        {
            for (PortionShare? share = portion.First; share is not null; share = share.Next)
            {
                if (share.IsMember)
                {
                    members.Add(share.Worker.View.Id.Value);
                }
            }
        }

        return [.. members];
    }

    public void Join(string worker, double slower = 1)
    {
        Scheduler.AddWorker(Profile(worker, Fast.Times(slower)), Seconds(Now));
        Tree.AddWorker(new WorkerId(worker), 25_000);
    }

    public void Leave(string worker)
    {
        Scheduler.RemoveWorker(new WorkerId(worker));
        Tree.RemoveWorker(new WorkerId(worker));
    }

    /// <summary>Places a prompt, whose worker soon has it.</summary>
    /// <returns>The worker.</returns>
    public string Send(PageKey[] keys, params string[] excluded)
    {
        LastId = "r" + requests++;
        var id = new RequestId(LastId);
        Scheduler.Asked = id;
        Tree.Match(keys, match, Seconds(Now), forecastEvictions: true);
        PlacementQuery query = new(id, (keys.Length * 16) + 8, 20, 1, excluded.Select(worker => new WorkerId(worker)).ToArray()) { Keys = keys };
        PlacementResult placed = Scheduler.Place(query, match, Seconds(Now));
        if (placed.Outcome != PlacementOutcome.Placed)
        {
            return "";
        }

        Tree.Promise(placed.Worker, keys, id, Seconds(Now));
        Tree.Store(placed.Worker, keys);
        return placed.Worker.Value;
    }

    /// <summary>Places a prompt on one worker and ends it.</summary>
    public void SendTo(string worker, PageKey[] keys, double queueSeconds = 0)
    {
        string[] others = [.. Scheduler.Workers.Select(one => one.Id.Value).Where(id => id != worker)];
        Send(keys, others).Should().Be(worker);
        EndLast(queueSeconds);
    }

    /// <summary>Ends the last request, which queued for so long.</summary>
    public void EndLast(double? queueSeconds, CompletionOutcome outcome = CompletionOutcome.Completed)
    {
        double prefill = Scheduler.Explain(new RequestId(LastId))!.PrefillSeconds;
        End(LastId, queueSeconds + prefill, outcome);
    }

    public void End(string id, double? ttft, CompletionOutcome outcome = CompletionOutcome.Completed) =>
        Scheduler.Complete(new RequestId(id), new CompletionFacts(outcome, 0, 20, ttft, 1), Seconds(Now));

    public void Check()
    {
        Policy.Adjustment?.CheckIntegrity();
        Scheduler.CheckIntegrity();
        Tree.CheckIntegrity();
    }
}
