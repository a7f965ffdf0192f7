using FsCheck;
using FsCheck.Fluent;
using Preble.Silo.Gateway;

namespace Preble.Silo.Tests;

public sealed class ReadinessTests
{
    private const double PatienceSeconds = 15;

    private readonly ManualClock _clock = new();
    private readonly Readiness _readiness;

    public ReadinessTests() => _readiness = new Readiness(new PrebleOptions { PatienceSeconds = PatienceSeconds }, _clock);

    /// <summary>What holds at each look: it takes part and, now or at an earlier look, was served while it did, and looks without a worker go back less far than patience does.</summary>
    [Fact]
    public void ItIsReadyWhileItIsServedAndThenForAsLongAsRequestsWait() => Prop.ForAll(Looks.ToArbitrary(), looks =>
    {
        var clock = new ManualClock();
        var readiness = new Readiness(new PrebleOptions { PatienceSeconds = PatienceSeconds }, clock);
        double now = 0;
        var seen = new List<(double At, bool TakesPart, bool Served)>();
        foreach ((double pause, bool takesPart, bool served) in looks)
        {
            clock.Advance(pause);
            now += pause;
            seen.Add((now, takesPart, served));
            int missed = seen.AsEnumerable().Reverse().TakeWhile(look => !look.Served).Count();
            bool wasReady = seen.Any(look => look.TakesPart && look.Served);
            bool isWaitedFor = missed == 0 || now - seen[^missed].At < PatienceSeconds;

            readiness.Observe(takesPart, served).Should().Be(takesPart && wasReady && isWaitedFor);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void OneThatHasNeverBeenReadyIsNotUntilAWorkerLives()
    {
        Observe(served: false).Should().BeFalse();
        Observe(after: 1, served: false).Should().BeFalse();
        Observe(after: 1, served: true).Should().BeTrue();
        Observe(after: 1, served: false).Should().BeTrue();
    }

    [Fact]
    public void PatienceEndsAndAWorkerThatComesGivesAllOfItAnew()
    {
        Observe(served: true).Should().BeTrue();
        Observe(after: 60, served: false).Should().BeTrue("nobody knows since when there is none");
        Observe(after: PatienceSeconds - 1, served: false).Should().BeTrue();
        Observe(after: 1, served: false).Should().BeFalse();
        Observe(after: 60, served: true).Should().BeTrue();
        Observe(after: 1, served: false).Should().BeTrue();
        Observe(after: PatienceSeconds, served: false).Should().BeFalse();
    }

    [Fact]
    public void OneThatStopsIsUnreadyAtOnceAndWasNotReadyByAWorkerThatItSawThen()
    {
        _readiness.Observe(takesPart: false, served: true).Should().BeFalse();
        Observe(served: false).Should().BeFalse();
        Observe(served: true).Should().BeTrue();
        _readiness.Observe(takesPart: false, served: true).Should().BeFalse();
        _readiness.Observe(takesPart: false, served: false).Should().BeFalse();
    }

    private static Gen<(double PauseSeconds, bool TakesPart, bool Served)[]> Looks =>
        (from pause in Gen.Choose(0, 10) from takesPart in Gen.Elements(true, true, true, false) from served in Gen.Elements(true, false, false) select ((double)pause, takesPart, served)).ArrayOf();

    private bool Observe(double after = 0, bool served = false)
    {
        _clock.Advance(after);
        return _readiness.Observe(takesPart: true, served);
    }
}
