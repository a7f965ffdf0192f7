namespace Preble.Core.Tests.Placement;

/// <summary>What a prefix tree must answer, kept as sets of whole prefixes: slow and plainly right.</summary>
internal sealed class NaiveTree(double promiseSeconds)
{
    private readonly Dictionary<WorkerId, HashSet<string>> resident = [];
    private readonly List<(WorkerId Worker, string Path, RequestId? Request, TimeSpan Deadline)> promises = [];

    public IEnumerable<WorkerId> Workers => resident.Keys;

    public int PromiseCount => promises.Count;

    public void AddWorker(WorkerId worker) => resident.TryAdd(worker, []);

    public void RemoveWorker(WorkerId worker)
    {
        resident.Remove(worker);
        promises.RemoveAll(promise => promise.Worker == worker);
    }

    public void Store(WorkerId worker, string path)
    {
        if (!resident.TryGetValue(worker, out HashSet<string>? held))
        {
            return;
        }

        for (int length = 1; length <= path.Length; length++)
        {
            held.Add(path[..length]);
        }

        promises.RemoveAll(promise => promise.Worker == worker && path.StartsWith(promise.Path, StringComparison.Ordinal));
    }

    public void Evict(WorkerId worker, string path, int from)
    {
        if (resident.TryGetValue(worker, out HashSet<string>? held) && from < path.Length)
        {
            held.RemoveWhere(prefix => prefix.Length > from && prefix.StartsWith(path[..(from + 1)], StringComparison.Ordinal));
        }
    }

    public void Replace(WorkerId worker, IEnumerable<string> dump)
    {
        if (resident.TryGetValue(worker, out HashSet<string>? held))
        {
            held.Clear();
            foreach (string path in dump)
            {
                Store(worker, path);
            }
        }
    }

    public void Promise(WorkerId worker, string path, RequestId? request, TimeSpan now)
    {
        Advance(now);
        if (resident.ContainsKey(worker))
        {
            promises.RemoveAll(promise => request is not null && promise.Request == request);
            if (path.Length > 0)
            {
                promises.Add((worker, path, request, now + TimeSpan.FromSeconds(promiseSeconds)));
            }
        }
    }

    public void Settle(RequestId request) => promises.RemoveAll(promise => promise.Request == request);

    public void Advance(TimeSpan now) => promises.RemoveAll(promise => promise.Deadline <= now);

    public (int Resident, int Expected) Match(WorkerId worker, string prompt)
    {
        int held = CommonLength(resident[worker], prompt);
        return (held, Math.Max(held, CommonLength(promises.Where(promise => promise.Worker == worker).Select(promise => promise.Path), prompt)));
    }

    public int ResidentPages(WorkerId worker) => resident[worker].Count;

    /// <summary>Distinct prefixes that anybody holds or was promised.</summary>
    public int PageCount() => resident.Values.SelectMany(held => held)
        .Concat(promises.SelectMany(promise => Enumerable.Range(1, promise.Path.Length).Select(length => promise.Path[..length])))
        .Distinct().Count();

    private static int CommonLength(IEnumerable<string> paths, string prompt) =>
        paths.Select(path => path.Zip(prompt).TakeWhile(pair => pair.First == pair.Second).Count()).DefaultIfEmpty().Max();
}
