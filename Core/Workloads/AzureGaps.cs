using System.Globalization;

namespace Preble.Core.Workloads;

/// <summary>Arrivals of Azure's services in November 2023, as gaps. Licence and source: <see cref="AzureCodeGaps"/>, <see cref="AzureConversationGaps"/>.</summary>
internal static class AzureGaps
{
    /// <summary>Gaps of each service.</summary>
    public const int Count = 4000;

    /// <summary>Of the code service: bursts, and pauses up to minutes. [0.1 ms]</summary>
    public static IReadOnlyList<int> Code { get; } = Parse(AzureCodeGaps.Text);

    /// <summary>Of the conversation service: nearly a Poisson process. [0.1 ms]</summary>
    public static IReadOnlyList<int> Conversation { get; } = Parse(AzureConversationGaps.Text);

    private static int[] Parse(string text)
    {
        int[] gaps = [.. text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(gap => int.Parse(gap, CultureInfo.InvariantCulture))];
        return gaps.Length == Count ? gaps : throw new InvalidOperationException($"There are {gaps.Length} gaps, {Count} were expected.");
    }
}
