namespace Preble.Core.Placement.E2;

/// <summary>How long one request queued, as told when it ended.</summary>
/// <param name="At">When that was told.</param>
/// <param name="Portion">Its key portion.</param>
/// <param name="Stamp">The portion's <see cref="KeyPortion.SampleStamp"/> then.</param>
/// <param name="Queue">[ns]</param>
internal readonly record struct QueueSample(TimeSpan At, KeyPortion Portion, long Stamp, long Queue)
{
    public bool IsCurrent => Portion.SampleStamp == Stamp;

    public void TakeFromRecent()
    {
        if (IsCurrent)
        {
            Portion.Recent.Remove(Queue);
        }
    }

    public void TakeFromEarlier()
    {
        if (IsCurrent)
        {
            Portion.Earlier.Remove(Queue);
        }
    }
}
