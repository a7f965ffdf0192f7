using Preble.Grains.Interfaces;

namespace Preble.Client.Tests;

[Collection(Served.Name)]
public sealed class StatusTests(Served served)
{
    [Fact]
    public async Task TheServedModelsAreTold() =>
        (await served.Client.ModelsAsync()).Should().ContainSingle().Which.Should().Be(new ServedModelInfo { Name = "demo", ContextTokensMax = 1024 });

    [Fact]
    public async Task TheClusterTellsPolicyLoadAndRates()
    {
        ModelStatus model = (await served.Client.ClusterStatusAsync()).Models.Should().ContainSingle().Subject;
        (model.Name, model.Policy).Should().Be(("demo", "marginal-cost"));
        WorkerStatus worker = model.Workers.Should().ContainSingle().Subject;
        worker.Kind.Should().Be("cpu");
        Math.Max(worker.Alpha, worker.Beta).Should().BePositive("a prefill takes time; which of the two that is said to come of, a busy machine blurs");
        (worker.PagesFree + worker.PagesCached + worker.PagesHeld).Should().BePositive();
    }

    [Fact]
    public async Task ARequestTellsWhyItWentWhereItWent()
    {
        GenerationResult result = await served.Client.CompleteAsync(new CompletionRequest { Model = "demo", Prompts = ["Tavo lives in", "Makel"], MaxTokens = 3 });

        foreach (GenerationChoice choice in result.Choices)
        {
            RequestDescription request = null!;
            await Eventually.HoldsAsync(async () => (request = (await served.Client.ExplainAsync(choice.RequestId))!) is { Placement.ActualTtftSeconds: not null });
            request.State.Should().Be(RequestState.Completed);
            request.CompletionTokens.Should().Be(choice.Tokens.Count);
            PlacementExplanation placement = request.Placement!;
            PlacementCandidate candidate = placement.ReadTable().Candidates.Should().ContainSingle().Subject;
            candidate.WorkerId.Should().Be(choice.WorkerId);
            candidate.Terms.Sum().Should().BeApproximately(candidate.Cost, 1e-9);
            placement.PredictedTtftSeconds.Should().BePositive();
            placement.ActualTtftSeconds.Should().BePositive();
        }
    }

    [Theory]
    [InlineData("chatcmpl-000000000000000000000000")]
    [InlineData("")]
    [InlineData(" ")]
    public async Task AnUnknownRequestIsNone(string id) => (await served.Client.ExplainAsync(id)).Should().BeNull();
}
