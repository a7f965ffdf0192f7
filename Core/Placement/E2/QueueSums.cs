namespace Preble.Core.Placement.E2;

/// <summary>Queueing times, summed in whole numbers so that taking away leaves no trace.</summary>
internal record struct QueueSums
{
    public int Samples;

    /// <summary>[ns]</summary>
    public long Sum;

    /// <summary>0 without samples. [ns]</summary>
    public readonly long Mean => Samples > 0 ? Sum / Samples : 0;

    public void Add(long queue)
    {
        Samples++;
        Sum += queue;
    }

    public void Remove(long queue)
    {
        Samples--;
        Sum -= queue;
    }
}
