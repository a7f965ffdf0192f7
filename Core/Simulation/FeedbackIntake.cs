using Preble.Core.Caching;
using Preble.Core.Placement;

namespace Preble.Core.Simulation;

/// <summary>What reaches the schedulers of what a worker tells.</summary>
internal sealed class FeedbackIntake(SimulationOptions options, SimulatedRouter[] routers, Random chance)
{
    public void Take(Feedback feedback, WorkerId worker, TimeSpan now)
    {
        foreach (CacheEvent change in feedback.Events)
        {
            if (change.Kind != CacheEventKind.Evicted || options.Faults.EvictionsLostShare == 0 || chance.NextDouble() >= options.Faults.EvictionsLostShare)
            {
                Array.ForEach(routers, router => router.Apply(worker, change));
            }
        }

        if (feedback.Dump is { } dump)
        {
            Array.ForEach(routers, router => router.Replace(worker, dump));
        }

        foreach (SimulatedRequest request in feedback.Ended)
        {
            double ttft = (request.FirstToken - request.Placed).TotalSeconds + options.OneWaySeconds;
            var facts = new CompletionFacts(CompletionOutcome.Completed, request.CachedTokens, request.Produced, ttft, (now - request.Placed).TotalSeconds);
            request.Router.End(request, facts, now);
        }

        if (feedback.Report is { } report)
        {
            Array.ForEach(routers, router => router.Report(report, now));
        }
    }
}
