namespace Preble.Core.Placement.E2;

/// <summary>
/// Gives a key portion whose requests queue ever longer one more replica, and takes one off when it needs it no more. Asked when a request with the
/// portion was placed and rebalancing had nothing to move. Each change begins a new judgement, so that two of one portion are at least half of H apart.
/// <para>The paper says to replicate when the average queueing time doubles over H, and nothing of when to stop. Here a replica comes when the last half
/// of H has the factor of the half before, and only if another worker with an even part of the portion's load is no busier than this one is now: when
/// all queue alike, replicas only displace what is cached. One goes, the one on the busiest worker, when none has come or gone for H, the queueing time has
/// fallen by that factor since the last one came, and the others can take its part without more than Th_bal times the load of the least loaded.</para>
/// </summary>
internal sealed class Replication(PolicyOptions options, KeyPortions portions, QueueTimes queues)
{
    private readonly TimeSpan _window = TimeSpan.FromSeconds(options.E2WindowSeconds);

    /// <summary>Adds or drops a replica of the portion if it is time to.</summary>
    /// <param name="placed">The portion where its request was just placed.</param>
    /// <param name="input">The request's.</param>
    /// <param name="workers">The workers.</param>
    public void Adjust(PortionShare placed, in PlacementInput input, LoadedWorkers workers)
    {
        KeyPortion portion = placed.Portion;
        if (queues.HasGrown(portion))
        {
            Add(placed, input, workers);
        }
        else if (portion.Members > 1 && input.Now - portion.ScaledAt >= _window && queues.HasCalmed(portion))
        {
            Drop(portion, LightestCandidate.Of(input.Candidates, workers).Worker.Load, input.Now);
        }
    }

    /// <summary>Notes that a portion is served by other workers than before.</summary>
    public void Changed(KeyPortion portion, TimeSpan now)
    {
        portion.ScaledAt = now;
        queues.Restart(portion);
    }

    private void Add(PortionShare placed, in PlacementInput input, LoadedWorkers workers)
    {
        KeyPortion portion = placed.Portion;
        workers.Mark(portion);
        LoadedWorker? least = null;
        for (int i = 0; i < input.Candidates.Length; i++)
        {
            WorkerView view = input.Candidates[i].Worker;
            LoadedWorker worker = workers.Of(view, i);
            bool serves = workers.Marked(view, i) is { } share && Serves(share);
            least = serves || least?.Load <= worker.Load ? least : worker;
        }

        int servers = 0;
        for (PortionShare? share = portion.First; share is not null; share = share.Next)
        {
            servers += Serves(share) ? 1 : 0;
        }

        if (least is not null && least.Load + (portion.Load / (servers + 1)) <= placed.Worker.Load)
        {
            portion.ScaledQueue = portion.Recent.Mean;
            portions.Join(portion, least);
            Changed(portion, input.Now);
        }
    }

    private void Drop(KeyPortion portion, long lightest, TimeSpan now)
    {
        PortionShare? busiest = null;
        for (PortionShare? share = portion.First; share is not null; share = share.Next)
        {
            busiest = share.IsMember && (busiest is null || share.Worker.Load > busiest.Worker.Load) ? share : busiest;
        }

        long more = (portion.Load / (portion.Members - 1)) - (portion.Load / portion.Members);
        double most = options.E2BalanceRatio * Math.Min(lightest, busiest!.Worker.Load - busiest.Counted);
        for (PortionShare? share = portion.First; share is not null; share = share.Next)
        {
            if (share.IsMember && share != busiest && share.Worker.Load + more > most)
            {
                return;
            }
        }

        portions.Drop(busiest);
        Changed(portion, now);
    }

    /// <summary>Whether a worker is a replica, or has been sent the portion while it follows the caches.</summary>
    private static bool Serves(PortionShare share) => share.IsMember || !share.Portion.IsAssigned;
}
