namespace Preble.Core.Placement.E2;

/// <summary>The candidate with the least load that counts within the window.</summary>
/// <param name="Index">Among the candidates.</param>
/// <param name="Worker">The worker.</param>
internal readonly record struct LightestCandidate(int Index, LoadedWorker Worker)
{
    public static LightestCandidate Of(ReadOnlySpan<Candidate> candidates, LoadedWorkers workers)
    {
        int index = 0;
        LoadedWorker lightest = workers.Of(candidates[0].Worker, 0);
        for (int i = 1; i < candidates.Length; i++)
        {
            LoadedWorker worker = workers.Of(candidates[i].Worker, i);
            (lightest, index) = worker.Load < lightest.Load ? (worker, i) : (lightest, index);
        }

        return new LightestCandidate(index, lightest);
    }

    /// <summary>Half of what a worker has more, if that has more than <paramref name="ratio"/> times as much (Th_bal); else -1. [ns]</summary>
    public long MovableFrom(LoadedWorker worker, double ratio) => worker.Load > ratio * Worker.Load ? (worker.Load - Worker.Load) / 2 : -1;
}
