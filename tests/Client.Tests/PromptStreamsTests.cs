using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Preble.Grains.Interfaces;

namespace Preble.Client.Tests;

/// <summary>Streams of requests that fail before anything came of them.</summary>
[Collection(Served.Name)]
public sealed class PromptStreamsTests(Served served)
{
    private const int MaxTokens = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private IGrainFactory Grains => served.Host.Server.Services.GetRequiredService<IGrainFactory>();

    [Fact]
    public async Task OneThatFailsBeforeItsFirstEventIsBegunAgainUnderItsId()
    {
        GenerateRequest[] requests = await PrepareAsync();
        int streams = 0;

        List<GenerationEvent> events = await RunAsync(requests, Patience, _ => Interlocked.Increment(ref streams) <= 3 ? 0 : null);

        streams.Should().Be(2 + 3);
        ShouldBeWhole(events);
        (await Grains.GetGrain<IRequestGrain>(requests[0].RequestId).DescribeAsync())!.State.Should().Be(RequestState.Completed);
    }

    [Fact]
    public async Task OneWhoseFirstEventWasLostIsRunUnderAnotherId()
    {
        GenerateRequest[] requests = await PrepareAsync();
        var ids = new List<string>();

        List<GenerationEvent> events = await RunAsync(requests[..1], Patience, request =>
        {
            ids.Add(request.RequestId);
            return ids.Count == 1 ? -1 : null;
        });

        events.Should().OnlyContain(item => item.Failure == null).And.HaveCount(MaxTokens);
        ids.Should().HaveCount(3);
        ids[1].Should().Be(ids[0]);
        ids[2].Should().Be(GrainKeys.RequestAgain(ids[0]));
    }

    [Fact]
    public async Task OneThatHasBegunIsNotBegunAgain()
    {
        GenerateRequest[] requests = await PrepareAsync();
        int streams = 0;
        Func<Task> run = () => RunAsync(requests[..1], Patience, _ => ++streams == 1 ? 2 : null);

        await run.Should().ThrowAsync<SiloUnavailableException>();
        streams.Should().Be(1);
    }

    [Fact]
    public async Task WithPatienceOverItFailsWithWhatItFailedBy()
    {
        GenerateRequest[] requests = await PrepareAsync();
        int streams = 0;
        var clock = new SteppedClock();
        Task run = RunAsync(
            requests[..1],
            TimeSpan.FromSeconds(0.2),
            _ =>
            {
                streams++;
                return 0;
            },
            clock);
        await clock.FireNextAsync();
        await clock.FireNextAsync();

        await run.Invoking(it => it).Should().ThrowAsync<SiloUnavailableException>();
        streams.Should().Be(3);
        clock.Now.Should().Be(TimeSpan.FromSeconds(0.15), "pauses grow from 50 ms, and the third would be too long");
    }

    private static void ShouldBeWhole(List<GenerationEvent> events)
    {
        events.Should().OnlyContain(item => item.Failure == null);
        foreach (int choice in new[] { 0, 1 })
        {
            events.Where(item => item.Choice == choice).SelectMany(item => item.Tokens).Should().HaveCount(MaxTokens);
        }
    }

    private async Task<GenerateRequest[]> PrepareAsync()
    {
        string body = $$"""{ "model": "demo", "prompt": ["Tavo", "Makel"], "max_tokens": {{MaxTokens}}, "ignore_eos": true, "temperature": 0 }""";
        return (await Grains.GetGrain<IPromptGrain>("any").PrepareAsync(new CallBody { Kind = CallKind.Completion, Json = Encoding.UTF8.GetBytes(body) })).Requests;
    }

    private async Task<List<GenerationEvent>> RunAsync(GenerateRequest[] requests, TimeSpan patience, Func<GenerateRequest, int?> breaksAfter, TimeProvider? clock = null)
    {
        var events = new List<GenerationEvent>();
        IGrainFactory breaking = BreakingGrains.Wrap(Grains, breaksAfter);
        await foreach (GenerationEvent item in PromptStreams.RunAsync(breaking, requests, patience, clock ?? TimeProvider.System, CancellationToken.None))
        {
            events.Add(item);
        }

        return events;
    }
}
