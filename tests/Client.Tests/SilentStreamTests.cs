using Preble.Grains.Interfaces;

namespace Preble.Client.Tests;

/// <summary>Streams of which nothing is heard, in time that the tests make pass: the host says nothing of silos that die, so that the client asks.</summary>
public sealed class SilentStreamTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly CompletionRequest Request = new() { Model = "m", Prompts = ["any"] };

    private readonly SteppedClock _clock = new();
    private readonly ScriptedGrains _grains = ScriptedGrains.Create();
    private readonly CancellationTokenSource _leave = new();
    private readonly IAsyncEnumerator<GenerationDelta> _stream;

    public SilentStreamTests() =>
        _stream = new PrebleClient(_grains.Factory, Patience, _clock).StreamCompletionAsync(Request, _leave.Token).GetAsyncEnumerator();

    public void Dispose() => _leave.Dispose();

    [Fact]
    public async Task ItsRequestIsAskedHowFarItIsEveryTwoSecondsAndNothingElse()
    {
        await ReadAsync(7);
        _grains.Standing = Stands(produced: 1);
        Task<bool> next = NextAsync();
        for (int silence = 1; silence <= 100; silence++)
        {
            await _clock.FireNextAsync();
            await _clock.IsWaitedForAsync();
            _grains.Asked.Should().HaveCount(silence);
        }

        _clock.Now.Should().Be(TimeSpan.FromSeconds(200));
        _grains.Asked.Should().OnlyContain(id => id == ScriptedGrains.Id(0));
        _grains.Write(ScriptedGrains.Id(0), 8, "length");
        (await next).Should().BeTrue();
        _stream.Current.Tokens.Should().Equal(8);
        _grains.Runs.Should().ContainSingle();
    }

    [Fact]
    public async Task WhereItIsNotThereItsRunIsGivenUpAtOnceAndGoesOnElsewhere()
    {
        await ReadAsync(7);
        _grains.Standing = _ => Task.FromResult<RequestStanding?>(null);
        Task<bool> next = NextAsync();

        await _clock.FireNextAsync();
        await ShouldGoOnAsync(next, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task WhereItsSiloDoesNotAnswerItGoesOnElsewhereWithoutWaitingForTheHost()
    {
        await ReadAsync(7);
        var never = new TaskCompletionSource<RequestStanding?>();
        _grains.Standing = _ => never.Task;
        Task<bool> next = NextAsync();

        await _clock.FireNextAsync();
        await _clock.FireNextAsync();
        await ShouldGoOnAsync(next, TimeSpan.FromSeconds(2 + 5));
    }

    [Theory]
    [InlineData(2, false, false)]
    [InlineData(1, true, false)]
    [InlineData(1, false, true)]
    public async Task WhatItHasOrHadToSayIsOnItsWayForOneSilenceAndIsLostAfterTheSecond(int produced, bool awaitsReader, bool hasEnded)
    {
        await ReadAsync(7);
        _grains.Standing = Stands(produced, awaitsReader, hasEnded);
        Task<bool> next = NextAsync();

        await _clock.FireNextAsync();
        await _clock.FireNextAsync();
        await ShouldGoOnAsync(next, TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task OneThatWasBehindOnceAndIsNoMoreIsNotGivenUp()
    {
        await ReadAsync(7);
        Task<bool> next = NextAsync();
        for (int silence = 0; silence < 20; silence++)
        {
            _grains.Standing = Stands(produced: silence % 2 == 0 ? 2 : 1);
            await _clock.FireNextAsync();
            await _clock.IsWaitedForAsync();
        }

        _grains.Write(ScriptedGrains.Id(0), 8);
        (await next).Should().BeTrue();
        _grains.Runs.Should().ContainSingle();
    }

    [Fact]
    public async Task WithNobodyThereForAsLongAsPatienceLastsItFails()
    {
        await ReadAsync(7);
        _grains.Standing = _ => Task.FromResult<RequestStanding?>(null);
        _grains.Reading = _ => throw new SiloUnavailableException("Nobody is there.");
        Task<bool> next = NextAsync();
        while (!next.IsCompleted)
        {
            using var over = new CancellationTokenSource();
            Task fired = _clock.FireNextAsync(over.Token);
            await Task.WhenAny(next, fired);
            await over.CancelAsync();
            try
            {
                await fired;
            }
            catch (OperationCanceledException) when (next.IsCompleted)
            {
            }
        }

        await next.Invoking(it => it).Should().ThrowAsync<PrebleException>().Where(failure => failure.Failure == PrebleFailure.ClusterUnavailable);
        _clock.Now.Should().BeGreaterThan(Patience - TimeSpan.FromSeconds(1)).And.BeLessThan(TimeSpan.FromSeconds(2) + Patience);
    }

    [Fact]
    public async Task WhoLeavesWhileItIsSilentDoesNotWaitForIt()
    {
        await ReadAsync(7);
        Task<bool> next = NextAsync();
        await _clock.IsWaitedForAsync();

        await _leave.CancelAsync();

        await next.Invoking(it => it).Should().ThrowAsync<OperationCanceledException>();
        await _stream.DisposeAsync();
        _clock.Now.Should().Be(TimeSpan.Zero);
        _grains.Asked.Should().BeEmpty();
    }

    private static Func<string, Task<RequestStanding?>> Stands(int produced, bool awaitsReader = false, bool hasEnded = false) => _ =>
        Task.FromResult<RequestStanding?>(new RequestStanding { ProducedTokens = produced, AwaitsReader = awaitsReader, HasEnded = hasEnded });

    private Task<bool> NextAsync() => _stream.MoveNextAsync().AsTask();

    /// <summary>The first token, so that there is something to go on from.</summary>
    private async Task ReadAsync(int token)
    {
        _grains.Write(ScriptedGrains.Id(0), token);
        (await NextAsync()).Should().BeTrue();
        _stream.Current.Tokens.Should().Equal(token);
    }

    /// <summary>The call is read anew, after the pause before that, and what came of it is context of the next run, which knows where it belongs.</summary>
    private async Task ShouldGoOnAsync(Task<bool> next, TimeSpan givenUpAfter)
    {
        await _clock.IsWaitedForAsync();
        _clock.Now.Should().Be(givenUpAfter);
        await _clock.FireNextAsync();
        _grains.Write(ScriptedGrains.Id(1), 8, "length");

        (await next).Should().BeTrue();
        (_stream.Current.RequestId, _stream.Current.FinishReason).Should().Be((ScriptedGrains.Id(1), "length"));
        _stream.Current.Tokens.Should().Equal(8);
        _stream.Current.Usage!.CompletionTokens.Should().Be(2);
        GenerateRequest again = _grains.Runs.Last();
        again.Generated.Should().BeEquivalentTo(new[] { new[] { 7 } });
        (again.RequestId, again.FirstId, again.Run).Should().Be((ScriptedGrains.Id(1), ScriptedGrains.Id(0), 1));
        _grains.Runs.Should().HaveCount(2);
        (await NextAsync()).Should().BeFalse();
    }
}
