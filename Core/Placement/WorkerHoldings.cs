namespace Preble.Core.Placement;

/// <summary>What the tree knows of one worker: the ends of its list of records and the sums over it.</summary>
internal sealed class WorkerHoldings(WorkerId id, int slot)
{
    public WorkerId Id { get; } = id;

    public int Slot { get; } = slot;

    /// <summary>Pages that its key-value memory holds.</summary>
    public int CapacityPages { get; set; }

    /// <summary>Pages of the tree that it holds.</summary>
    public int ResidentPages { get; set; }

    /// <summary>Its records.</summary>
    public int Records { get; set; }

    /// <summary>Its record that was used longest ago, or -1.</summary>
    public int Coldest { get; set; } = -1;

    public int Hottest { get; set; } = -1;

    /// <summary>Requests sent to it, in the units of <see cref="UseClock"/>.</summary>
    public double Uses { get; set; }

    public VictimSums Victims { get; } = new();
}
