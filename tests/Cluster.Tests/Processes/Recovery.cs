namespace Preble.Cluster.Tests.Processes;

/// <summary>How long a fault held up what clients read.</summary>
/// <param name="Streams">That were under way at what failed and had another word after it.</param>
/// <param name="Median">Time from the fault to that word.</param>
/// <param name="Longest">The longest such time.</param>
/// <param name="NewRequest">Time from the fault to the first word of a request that was sent right after it.</param>
internal sealed record Recovery(int Streams, TimeSpan Median, TimeSpan Longest, TimeSpan NewRequest)
{
    public static Recovery Of(IEnumerable<TimeSpan> nextWords, TimeSpan newRequest)
    {
        TimeSpan[] sorted = [.. nextWords.Order()];
        return new Recovery(sorted.Length, sorted.ElementAtOrDefault(sorted.Length / 2), sorted.LastOrDefault(), newRequest);
    }
}
