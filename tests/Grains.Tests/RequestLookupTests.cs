using Microsoft.Extensions.Logging.Abstractions;
using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

/// <summary>Who is asked for a request, and when, in time that the tests make pass.</summary>
public sealed class RequestLookupTests
{
    private readonly SteppedClock _clock = new();
    private readonly ScriptedWitnesses _witnesses = ScriptedWitnesses.Create();

    public RequestLookupTests() => _witnesses.Gateways = ["a", "b", "c"];

    [Fact]
    public async Task ItsGatewayIsAskedAndNobodyElseWhileThatMayAnswer()
    {
        var answer = new TaskCompletionSource<RequestDescription?>();
        _witnesses.Own = _ => answer.Task;
        Task<RequestDescription?> found = FindAsync("r@b");
        await _clock.IsWaitedForAsync();
        _witnesses.Asked.Should().Equal("b");

        answer.SetResult(Word("r@b", null));

        (await found).Should().Be(Word("r@b", null));
        _witnesses.Asked.Should().Equal("b");
        _clock.Now.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task TheOthersAreAskedWhenItHasNotAnsweredSoon()
    {
        var never = new TaskCompletionSource<RequestDescription?>();
        RequestDescription ended = Word("r@b", Outcome.Completed);
        _witnesses.Own = _ => never.Task;
        _witnesses.Remembered = (gateway, _) => Task.FromResult(gateway == "c" ? ended : null);
        Task<RequestDescription?> found = FindAsync("r@b");

        await _clock.FireNextAsync();

        (await found).Should().Be(ended);
        _witnesses.Asked.Should().BeEquivalentTo("a", "b", "c");
        _clock.Now.Should().Be(RequestLookup.Soon);
    }

    [Fact]
    public async Task NobodyIsWaitedForLongerThanTheLimit()
    {
        var never = new TaskCompletionSource<RequestDescription?>();
        _witnesses.Own = _ => never.Task;
        Task<RequestDescription?> found = FindAsync("r@b");

        await _clock.FireNextAsync();
        await _clock.FireNextAsync();

        (await found).Should().BeNull();
        _clock.Now.Should().Be(RequestLookup.AnswerLimit);
    }

    /// <summary>The word of a later run goes one way, so that it may be missed.</summary>
    [Theory]
    [InlineData(Outcome.Cancelled, 0)]
    [InlineData(Outcome.GatewayLost, 0)]
    [InlineData(Outcome.Cancelled, 1)]
    public async Task OneThatItsGatewayHasGivenUpIsToldByTheLaterRunOfWhichThatHasNotHeard(Outcome given, int missed)
    {
        RequestDescription last = Word("t@c", Outcome.Completed) with { FirstId = "r@a", Run = 2, Attempts = 1 };
        _witnesses.Own = id => Task.FromResult(id == "r@a" ? Word(id, given) with { Attempts = 3 } : null);
        _witnesses.Remembered = (gateway, id) => Task.FromResult(id != "r@a" ? null
            : gateway == "b" ? last
            : gateway == "a" && missed == 1 ? Word("s@b", Outcome.Cancelled) with { FirstId = id, Run = 1 } : null);

        (await FindAsync("r@a")).Should().Be(last with { RequestId = "r@a" });
    }

    [Fact]
    public async Task ALaterRunOfWhichItsGatewayHasNotHeardAndThatStillRunsTellsItselfHowItStands()
    {
        RequestDescription running = Word("t@c", null) with { FirstId = "r@a", Run = 1, CompletionTokens = 5 };
        _witnesses.Own = id => Task.FromResult<RequestDescription?>(id == "r@a" ? Word(id, Outcome.Cancelled) : running with { CompletionTokens = 7 });
        _witnesses.Remembered = (gateway, id) => Task.FromResult(gateway == "b" && id == "r@a" ? running : null);

        (await FindAsync("r@a")).Should().Be(running with { RequestId = "r@a", CompletionTokens = 7 });
    }

    [Fact]
    public async Task OneThatWasGivenUpAndNotRunAgainIsToldSo()
    {
        _witnesses.Own = id => Task.FromResult<RequestDescription?>(Word(id, Outcome.Cancelled));

        (await FindAsync("r@a")).Should().Be(Word("r@a", Outcome.Cancelled));
        _witnesses.Asked.Should().BeEquivalentTo("a", "b", "c");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public async Task AGatewayThatFailsDoesNotKeepTheOthersFromTelling(string failing)
    {
        RequestDescription ended = Word("r@a", Outcome.Completed);
        _witnesses.Remembered = (gateway, _) => gateway == failing ? Task.FromException<RequestDescription?>(new InvalidDataException("broken"))
            : Task.FromResult(gateway == "c" ? ended : null);

        (await FindAsync("r@a")).Should().Be(ended);
    }

    /// <summary>Whichever answers first.</summary>
    [Theory]
    [InlineData("b")]
    [InlineData("c")]
    public async Task OfTwoWordsOfOneRunTheOneOfItsLaterPlacementCounts(string later)
    {
        _witnesses.Gateways = ["b", "c"];
        _witnesses.Remembered = (gateway, id) => Task.FromResult<RequestDescription?>(
            Word(id, null) with { WorkerId = gateway == later ? "second" : "first", Attempts = gateway == later ? 2 : 1 });

        RequestDescription lost = (await FindAsync("r@a"))!;

        (lost.WorkerId, lost.Attempts, lost.Outcome).Should().Be(("second", 2, Outcome.GatewayLost));
    }

    private static RequestDescription Word(string id, Outcome? outcome) => new()
    {
        RequestId = id,
        Model = "m",
        State = outcome switch
        {
            null => RequestState.Running,
            Outcome.Completed => RequestState.Completed,
            Outcome.Cancelled => RequestState.Cancelled,
            _ => RequestState.Failed,
        },
        PromptTokens = 3,
        Choices = 1,
        CachedTokens = 0,
        CompletionTokens = 0,
        Attempts = 1,
        Outcome = outcome,
    };

    private Task<RequestDescription?> FindAsync(string id) => new RequestLookup(_witnesses.Factory, _witnesses, _clock, NullLogger.Instance).FindAsync(id);
}
