using System.Diagnostics.CodeAnalysis;

namespace Preble.Core.Placement;

/// <summary>Gives every worker a small integer, reused when it has gone, so that what is kept for each worker lies in arrays.</summary>
internal sealed class WorkerSlots
{
    private readonly Dictionary<WorkerId, WorkerHoldings> _byId = [];
    private readonly Stack<int> _freed = [];
    private WorkerHoldings?[] _bySlot = [];

    public int Count => _byId.Count;

    /// <summary>All slots in use are below this one.</summary>
    public int End { get; private set; }

    /// <summary>Grows with every change.</summary>
    public long Version { get; private set; }

    public WorkerHoldings? this[int slot] => _bySlot[slot];

    public WorkerHoldings Of(in Holder holder) => _bySlot[holder.Worker]!;

    public bool TryFind(WorkerId worker, [NotNullWhen(true)] out WorkerHoldings? holdings) => _byId.TryGetValue(worker, out holdings);

    public WorkerHoldings Add(WorkerId worker)
    {
        if (!_freed.TryPop(out int slot))
        {
            slot = End++;
            if (slot == _bySlot.Length)
            {
                Array.Resize(ref _bySlot, Math.Max(8, slot * 2));
            }
        }

        var holdings = new WorkerHoldings(worker, slot);
        _bySlot[slot] = holdings;
        _byId.Add(worker, holdings);
        Version++;
        return holdings;
    }

    public void Remove(WorkerHoldings worker)
    {
        _byId.Remove(worker.Id);
        _bySlot[worker.Slot] = null;
        _freed.Push(worker.Slot);
        Version++;
    }
}
