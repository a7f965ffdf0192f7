using System.Diagnostics.CodeAnalysis;

namespace Preble.Core.Placement;

/// <summary>Gives every worker a small integer, reused when it has gone, so that what is kept for each worker lies in arrays.</summary>
internal sealed class WorkerSlots
{
    private readonly Dictionary<WorkerId, WorkerHoldings> byId = [];
    private readonly Stack<int> freed = [];
    private WorkerHoldings?[] bySlot = [];

    public int Count => byId.Count;

    /// <summary>All slots in use are below this one.</summary>
    public int End { get; private set; }

    /// <summary>Grows with every change.</summary>
    public long Version { get; private set; }

    public WorkerHoldings? this[int slot] => bySlot[slot];

    public WorkerHoldings Of(in Holder holder) => bySlot[holder.Worker]!;

    public bool TryFind(WorkerId worker, [NotNullWhen(true)] out WorkerHoldings? holdings) => byId.TryGetValue(worker, out holdings);

    public WorkerHoldings Add(WorkerId worker)
    {
        if (!freed.TryPop(out int slot))
        {
            slot = End++;
            if (slot == bySlot.Length)
            {
                Array.Resize(ref bySlot, Math.Max(8, slot * 2));
            }
        }

        var holdings = new WorkerHoldings(worker, slot);
        bySlot[slot] = holdings;
        byId.Add(worker, holdings);
        Version++;
        return holdings;
    }

    public void Remove(WorkerHoldings worker)
    {
        byId.Remove(worker.Id);
        bySlot[worker.Slot] = null;
        freed.Push(worker.Slot);
        Version++;
    }
}
