namespace Preble.Core.Placement;

/// <summary>
/// What one worker has of one node: the leading pages that it holds, and whether requests on their way to it will compute all of them. Exists while
/// either is so. All links are indices, -1 where there is none.
/// </summary>
internal struct Holder
{
    public int Node;

    /// <summary>Slot of the worker.</summary>
    public int Worker;

    /// <summary>Leading pages of the node that the worker holds. All of them if it holds anything behind the node.</summary>
    public int Resident;

    /// <summary>Pending promises whose path goes through or ends at the node. Each covers the whole node.</summary>
    public int Promises;

    /// <summary>Children of the node of which the worker holds a page.</summary>
    public int ResidentChildren;

    /// <summary>First of the promises that end at the node.</summary>
    public int FirstPromise;

    public int NextInNode;
    public int PreviousInNode;

    /// <summary>Neighbours in the worker's order of last use.</summary>
    public int Colder;
    public int Hotter;

    /// <summary>Requests sent to the worker through this node, in the units of <see cref="UseClock"/>.</summary>
    public double Uses;

    /// <summary>Whether <see cref="VictimSums"/> of the worker has counted or passed over this record.</summary>
    public bool InVictimSums;
}
