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
        double least = lightest.Load;
        for (int i = 1; i < candidates.Length; i++)
        {
            LoadedWorker worker = workers.Of(candidates[i].Worker, i);
            double load = worker.Load;
            (lightest, index, least) = load < least ? (worker, i, load) : (lightest, index, least);
        }

        return new LightestCandidate(index, lightest);
    }

    /// <summary>
    /// The work that can move here from a worker with more than <paramref name="ratio"/> times the load (Th_bal) until they are equal; -1 from another.
    /// </summary>
    public double MovableFrom(LoadedWorker worker, double ratio)
    {
        double more = worker.Load;
        double less = Worker.Load;
        return more > ratio * less ? 1e9 * (more - less) / (worker.Pace + Worker.Pace) : -1;
    }
}
