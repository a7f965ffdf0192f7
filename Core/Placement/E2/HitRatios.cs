namespace Preble.Core.Placement.E2;

/// <summary>
/// The share of the prompt tokens sent to each worker of late that it had cached. One with a high share mostly decodes, and takes a prompt that is mostly
/// new as it has compute to spare. One entry a worker.
/// </summary>
internal sealed class HitRatios(PolicyOptions options)
{
    private readonly Dictionary<WorkerId, WorkerWindow> _windows = [];

    /// <summary>The candidate with the highest share, the first of equals as they rotate; -1 if none has <see cref="PolicyOptions.E2HitRatioHeavy"/>.</summary>
    public int Heaviest(in PlacementInput input)
    {
        int heaviest = -1;
        double highest = 0;
        int count = input.Candidates.Length;
        int first = (int)(input.Decision % count);
        for (int i = 0; i < count; i++)
        {
            int at = (first + i) % count;
            if (_windows.TryGetValue(input.Candidates[at].Worker.Id, out WorkerWindow? window))
            {
                window.Advance(WorkerWindow.BucketAt(input.Now, options.E2HitWindowSeconds));
                double ratio = (double)window.Sums.CachedTokens / Math.Max(window.Sums.PromptTokens, 1);
                (highest, heaviest) = ratio > highest ? (ratio, at) : (highest, heaviest);
            }
        }

        return highest >= options.E2HitRatioHeavy ? heaviest : -1;
    }

    public void Placed(in PlacementInput input, int chosen)
    {
        ref readonly Candidate candidate = ref input.Candidates[chosen];
        if (!_windows.TryGetValue(candidate.Worker.Id, out WorkerWindow? window))
        {
            _windows.Add(candidate.Worker.Id, window = new WorkerWindow());
        }

        window.Advance(WorkerWindow.BucketAt(input.Now, options.E2HitWindowSeconds));
        window.Add(new WindowSums { PromptTokens = input.PromptTokens, CachedTokens = candidate.CachedTokens });
    }

    public void Left(WorkerId worker) => _windows.Remove(worker);
}
