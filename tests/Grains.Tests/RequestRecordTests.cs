using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

public sealed class RequestRecordTests
{
    [Fact]
    public void WhyItWasOnTheWorkerBeforeIsNotToldOfTheOneItIsOnNow()
    {
        var record = new RequestRecord(ScriptedCluster.Request("r", [1, 2, 3]));
        record.Place(On("w0"));
        record.Leave(Why("w0"));
        record.Description.Should().Match<RequestDescription>(request => request.WorkerId == "w0" && request.Placement!.WorkerId == "w0");

        record.Place(On("w1"));

        record.Description.Should().Match<RequestDescription>(request => request.WorkerId == "w1" && request.Placement == null && request.Attempts == 2);
        record.Leave(null);
        record.End(Outcome.Completed, null);
        record.Description.Placement.Should().BeNull("the scheduler did not say");
    }

    private static PlacementReply On(string worker) => new() { WorkerId = worker, ExpectedCachedTokens = 0 };

    private static PlacementExplanation Why(string worker) => new()
    {
        RequestId = "r",
        Policy = "any",
        WorkerId = worker,
        PromptTokens = 3,
        Table = [],
        PredictedTtftSeconds = 1,
        ExpectedCachedTokens = 0,
        PredictedPrefillSeconds = 1,
    };
}
