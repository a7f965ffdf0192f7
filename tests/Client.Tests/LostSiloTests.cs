using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Preble.Grains.Interfaces;

namespace Preble.Client.Tests;

/// <summary>Calls whose silo is lost before their end.</summary>
[Collection(Served.Name)]
public sealed class LostSiloTests(Served served)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly CompletionRequest Request = new()
    {
        Model = "demo",
        Prompts = ["Tavo lives in", "The port of zelu is 17. Where is it?"],
        Choices = 2,
        Temperature = 0.9,
        FrequencyPenalty = 0.2,
        Seed = 5,
        MaxTokens = 24,
        Logprobs = 1,
        Stop = ["never seen"],
        OtherFields = new() { ["ignore_eos"] = true },
    };

    private IGrainFactory Grains => served.Host.Server.Services.GetRequiredService<IGrainFactory>();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    public async Task TheStreamGoesOnWithoutARepeatedOrAMissingTokenHoweverOftenItsSiloIsLost(int breaksAfter)
    {
        GenerationResult whole = await served.Client.CompleteAsync(Request);
        var ids = new ConcurrentQueue<string>();
        IPrebleClient client = Client(Patience, request =>
        {
            ids.Enqueue(request.RequestId);
            return ids.Count <= 6 ? breaksAfter : null;
        });

        GenerationResult result = await client.CompleteAsync(Request);

        ids.Should().HaveCountGreaterThan(2);
        result.Choices.Should().BeEquivalentTo(whole.Choices, it => it.Excluding(choice => choice.RequestId).Using<double>(value => value.Subject.Should().BeApproximately(value.Expectation, 1e-3)).WhenTypeIs<double>());
        (result.Usage.PromptTokens, result.Usage.CompletionTokens).Should().Be((whole.Usage.PromptTokens, whole.Usage.CompletionTokens));
        foreach (GenerationChoice choice in result.Choices)
        {
            (await client.ExplainAsync(choice.RequestId))!.State.Should().Be(RequestState.Completed, "the id is that of what came to the end");
        }

        foreach (string first in ids.Take(2))
        {
            await Eventually.HoldsAsync(async () => await client.ExplainAsync(first) is { State: RequestState.Completed } told && told.RequestId == first && told.CompletionTokens == 48);
        }
    }

    [Fact]
    public async Task WhatWasDrawnWithoutASeedGoesOnWithTheSameDraws()
    {
        // Which draws it were is not known, but a text that went on with others would have no seed that it has throughout.
        var seeds = new HashSet<long>();
        int streams = 0;
        IPrebleClient client = Client(Patience, request =>
        {
            seeds.Add(request.Sampling.Seed);
            return ++streams <= 2 ? 4 : null;
        });
        CompletionRequest request = Request with { Prompts = ["Tavo"], Seed = null };

        GenerationResult result = await client.CompleteAsync(request);

        streams.Should().Be(3);
        seeds.Should().ContainSingle();
        result.Usage.CompletionTokens.Should().Be(48);
    }

    [Fact]
    public async Task WithPatienceOverTheCallFailsInOurOwnTerms()
    {
        IPrebleClient client = Client(TimeSpan.FromSeconds(0.3), _ => 0);
        Func<Task> call = () => client.CompleteAsync(Request);
        (await call.Should().ThrowAsync<PrebleException>()).Which.Should().Match<PrebleException>(failure =>
            failure.Failure == PrebleFailure.ClusterUnavailable && failure.RetryAfter != null);
    }

    [Fact]
    public async Task WithoutPatienceNothingIsTriedAgain()
    {
        int streams = 0;
        IPrebleClient client = Client(TimeSpan.Zero, _ => ++streams <= 2 ? 3 : null);
        Func<Task> call = () => client.CompleteAsync(Request);
        (await call.Should().ThrowAsync<PrebleException>()).Which.Failure.Should().Be(PrebleFailure.ClusterUnavailable);
        streams.Should().Be(2, "every prompt ran once");
    }

    private PrebleClient Client(TimeSpan patience, Func<GenerateRequest, int?> breaksAfter) => new(BreakingGrains.Wrap(Grains, breaksAfter), patience, TimeProvider.System);
}
