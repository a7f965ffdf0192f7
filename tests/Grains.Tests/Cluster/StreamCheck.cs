using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests.Cluster;

/// <summary>Holds a stream against the one that nothing interrupted.</summary>
internal static class StreamCheck
{
    /// <summary>Every choice has its tokens, once and in order, and ends once.</summary>
    public static void IsWhole(GenerateRequest request, IReadOnlyList<GenerationEvent> events)
    {
        events.Should().OnlyContain(item => item.Failure == null, $"{request.RequestId} completes");
        for (int choice = 0; choice < request.Choices; choice++)
        {
            events.Where(item => item.Choice == choice).SelectMany(item => item.Tokens).Should().Equal(ScriptedEngine.Whole(request, choice));
            events.Count(item => item.Choice == choice && item.Finish is not null).Should().Be(1);
        }
    }
}
