using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Preble.Client.Tests.Hosting;
using Preble.Grains;
using Preble.Grains.Interfaces;
using Preble.Silo.Engines;

namespace Preble.Client.Tests;

/// <summary>What goes wrong is told in the client's own terms, by real parts where they can be brought to it.</summary>
[Collection(Served.Name)]
public sealed class FailureTests(Served served)
{
    private static readonly CompletionRequest Request = new() { Model = "demo", Prompts = ["Tavo"], MaxTokens = 8 };

    [Theory]
    [InlineData("temperature", -1.0)]
    [InlineData("top_p", 2.0)]
    [InlineData("min_p", 7.0)]
    public async Task AFieldOutOfRangeIsNamed(string field, double value)
    {
        CompletionRequest request = Request with { OtherFields = new() { [field] = value } };
        PrebleException exception = await FailureAsync(served, request);
        (exception.Failure, exception.Param, exception.RetryAfter).Should().Be((PrebleFailure.InvalidRequest, field, (TimeSpan?)null));
        exception.Message.Should().Contain(field);
    }

    [Fact]
    public async Task AChatWithoutMessagesNamesThem()
    {
        Func<Task> call = () => served.Client.ChatAsync(new ChatRequest { Model = "demo", Messages = [] });
        (await call.Should().ThrowAsync<PrebleException>()).Which.Should().Match<PrebleException>(exception => exception.Param == "messages");
    }

    [Fact]
    public async Task WhatJsonCannotHoldIsInvalid()
    {
        await NamesAsync("temperature", Request with { Temperature = double.NaN });
        await NamesAsync("prompt", Request with { Prompts = ["\ud800"] });
        await NamesAsync("min_p", Request with { OtherFields = new() { ["min_p"] = double.NaN } });

        async Task NamesAsync(string field, CompletionRequest request)
        {
            PrebleException exception = await FailureAsync(served, request);
            (exception.Failure, exception.Param).Should().Be((PrebleFailure.InvalidRequest, field));
        }
    }

    [Fact]
    public async Task PromptsOfTextAndOfTokensDoNotMix() =>
        (await FailureAsync(served, Request with { Prompts = ["Tavo", new[] { 1, 2 }] })).Param.Should().Be("prompt");

    [Fact]
    public async Task AnUnknownModelIsToldFromOtherFaults() =>
        (await FailureAsync(served, Request with { Model = "other" })).Should().Match<PrebleException>(exception =>
            exception.Failure == PrebleFailure.ModelNotFound && exception.Param == "model");

    [Fact]
    public async Task APromptThatIsTooLongIsToldFromOtherFaults()
    {
        CompletionRequest request = Request with { Prompts = [string.Join(' ', Enumerable.Repeat("Tavo", 5000))] };
        (await FailureAsync(served, request)).Should().Match<PrebleException>(exception => exception.Failure == PrebleFailure.PromptTooLong && exception.Param == "prompt");
    }

    [Fact]
    public async Task FullQueuesSayWhenToTryAgain()
    {
        await using ClientHost host = await ClientHost.StartAsync(("Preble:Workers", "1"), ("Preble:RunningMax", "1"), ("Preble:WaitingMax", "1"));
        CompletionRequest request = Request with { MaxTokens = 400, OtherFields = new() { ["ignore_eos"] = true } };

        PrebleException?[] failures = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => TryAsync(host.Client, request)));

        failures.Should().Contain(failure => failure == null).And.Contain(failure => failure != null);
        failures.OfType<PrebleException>().Should().OnlyContain(failure => failure.Failure == PrebleFailure.QueueFull && failure.RetryAfter > TimeSpan.Zero);
        await Eventually.HoldsAsync(async () => await TryAsync(host.Client, request) is null);
    }

    [Fact]
    public async Task AWorkerThatStopsInMidStreamIsLostAndThenThereIsNone()
    {
        var settings = new SchedulerSettings { Policy = "least-load", PageTokens = 16, PatienceSeconds = 0.2 };
        await using ClientHost host = await ClientHost.StartAsync(services => services.AddSingleton(settings), ("Preble:Workers", "1"));
        EngineHosts engines = host.Server.Services.GetRequiredService<EngineHosts>();
        CompletionRequest request = Request with { Choices = 64, MaxTokens = 1000, OtherFields = new() { ["ignore_eos"] = true } };
        Func<Task> read = async () =>
        {
            await foreach (GenerationDelta delta in host.Client.StreamCompletionAsync(request))
            {
                ((EngineHost)engines.Find(delta.WorkerId)!).Stop();
            }
        };

        (await read.Should().ThrowAsync<PrebleException>()).Which.Failure.Should().Be(PrebleFailure.WorkerLost);

        await Eventually.HoldsAsync(async () => (await host.Client.ClusterStatusAsync()).Models[0].Workers.Count == 0);
        (await TryAsync(host.Client, request))!.Failure.Should().Be(PrebleFailure.NoWorker);
    }

    [Fact]
    public async Task AServerThatIsGoneIsUnavailable()
    {
        await using ClientHost host = await ClientHost.StartAsync(("Preble:Workers", "1"));
        (await TryAsync(host.Client, Request)).Should().BeNull();

        await host.StopServerAsync();

        (await TryAsync(host.Client, Request))!.Failure.Should().Be(PrebleFailure.ClusterUnavailable);
        Func<Task> status = () => host.Client.ClusterStatusAsync();
        (await status.Should().ThrowAsync<PrebleException>()).Which.Failure.Should().Be(PrebleFailure.ClusterUnavailable);
    }

    [Fact]
    public async Task ABodyThatIsTooLargeOrOfAnUnknownKindIsRefusedWhereItIsRead()
    {
        await using ClientHost host = await ClientHost.StartAsync(("Preble:Workers", "1"), ("Preble:BodyBytesMax", "1024"));
        (await FailureAsync(host.Client, Request with { Prompts = [new string('x', 2000)] })).Message.Should().Contain("1024");
        IPromptGrain prompt = host.Server.Services.GetRequiredService<IGrainFactory>().GetGrain<IPromptGrain>("any");
        PreparedCall call = await prompt.PrepareAsync(new CallBody { Kind = (CallKind)99, Json = Encoding.UTF8.GetBytes("{}") });
        call.Refusal!.Message.Should().Contain("99");
    }

    [Fact]
    public void EveryOutcomeThatIsAFailureHasItsOwnTerms()
    {
        var expected = new Dictionary<Outcome, (PrebleFailure Failure, bool Again)>
        {
            [Outcome.Cancelled] = (PrebleFailure.Cancelled, false),
            [Outcome.QueueFull] = (PrebleFailure.QueueFull, true),
            [Outcome.NoWorker] = (PrebleFailure.NoWorker, true),
            [Outcome.PromptTooLong] = (PrebleFailure.PromptTooLong, false),
            [Outcome.WorkerLost] = (PrebleFailure.WorkerLost, true),
            [Outcome.WorkerFailed] = (PrebleFailure.WorkerFailed, false),
            [Outcome.DuplicateRequest] = (PrebleFailure.DuplicateRequest, false),
            [Outcome.WorkerDraining] = (PrebleFailure.WorkerLost, true),
            [Outcome.GatewayLost] = (PrebleFailure.ClusterUnavailable, true),
        };
        foreach (Outcome outcome in Enum.GetValues<Outcome>().Except([Outcome.Completed]))
        {
            var item = new GenerationEvent { Choice = 0, Tokens = [], Text = "", CachedTokens = 0, WorkerId = "", Failure = outcome, Message = "why", RetryAfterSeconds = 3 };
            PrebleException told = FailureTable.Of(item, "prompt");
            (told.Failure, told.RetryAfter, told.Message).Should().Be((expected[outcome].Failure, expected[outcome].Again ? TimeSpan.FromSeconds(3) : null, "why"), outcome.ToString());
        }
    }

    [Fact]
    public void WhatAHostThrowsIsNeverPassedOn()
    {
        FailureTable.Of(new SiloUnavailableException("gone")).Failure.Should().Be(PrebleFailure.ClusterUnavailable);
        FailureTable.Of(new TimeoutException()).Failure.Should().Be(PrebleFailure.ClusterUnavailable);
        FailureTable.Of(new EnumerationAbortedException()).Failure.Should().Be(PrebleFailure.ClusterUnavailable);
        FailureTable.Of(new LimitExceededException("calls")).Should().Match<PrebleException>(told => told.Failure == PrebleFailure.QueueFull && told.RetryAfter != null);
        FailureTable.Of(new InvalidOperationException("broken")).Should().Match<PrebleException>(told => told.Failure == PrebleFailure.ServerError && told.InnerException != null);
    }

    private static Task<PrebleException> FailureAsync(Served served, CompletionRequest request) => FailureAsync(served.Client, request);

    private static async Task<PrebleException> FailureAsync(IPrebleClient client, CompletionRequest request) =>
        await TryAsync(client, request) ?? throw new InvalidOperationException("The call did not fail.");

    private static async Task<PrebleException?> TryAsync(IPrebleClient client, CompletionRequest request)
    {
        try
        {
            await client.CompleteAsync(request);
            return null;
        }
        catch (PrebleException exception)
        {
            return exception;
        }
    }
}
