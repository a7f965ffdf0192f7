using System.Net;
using Preble.Silo;
using Preble.Silo.Actors;

namespace Preble.Cluster.Tests;

public sealed class RollCallTests
{
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(7);
    private static readonly SiloTitle Title = new("own", SiloRoles.Gateway, Contracts: 2, "00ff", "0a0b");
    private readonly RollCall<string> _roll = new(new SiloMember<string>("own", 10, Title), SilenceMax);

    [Fact]
    public void ASiloThatFindsOnlyThoseThatAnswerJoinsAtOnce() => Call(0, (Listed("a"), true), (Listed("b"), true)).Should().BeEmpty();

    [Fact]
    public void OneThatNeitherAnswersNorWritesIsDeadWhenItHasBeenSilentLongEnough()
    {
        ListedSilo<string> gone = Listed("a");
        Call(0, (gone, false)).Should().Equal(new SilentSilo<string>(gone, IsDead: false));
        Call(6, (gone, false)).Should().Equal(new SilentSilo<string>(gone, IsDead: false));
        Call(7, (gone, false)).Should().Equal(new SilentSilo<string>(gone, IsDead: true));
    }

    [Fact]
    public void OneThatWritesIsWaitedForAndNeverDead()
    {
        for (int second = 0; second < 60; second++)
        {
            ListedSilo<string> writes = Listed("a", sign: second / 5);
            Call(second, (writes, false)).Should().Equal(new SilentSilo<string>(writes, IsDead: false));
        }
    }

    [Fact]
    public void OneThatAnswersAgainHasItsWholeTimeAnew()
    {
        ListedSilo<string> slow = Listed("a");
        Call(0, (slow, false));
        Call(5, (slow, true)).Should().BeEmpty();
        Call(8, (slow, false)).Should().Equal(new SilentSilo<string>(slow, IsDead: false));
        Call(15, (slow, false)).Should().Equal(new SilentSilo<string>(slow, IsDead: true));
    }

    [Fact]
    public void OneThatDiedWhileItJoinedIsNotWaitedFor() => Call(0, (Listed("a", active: false), false)).Should().BeEmpty();

    public static TheoryData<string, int, string, string, string> Misfits => new()
    {
        { "a", 1, "00ff", "0a0b", "The cluster has silo \"a\" with contracts of version 1, but this silo has version 2." },
        { "a", 2, "00fe", "0a0b", "Preble:ClusterSecret is not that of the cluster's silo \"a\"*" },
        { "a", 2, "", "0a0b", "Preble:ClusterSecret is not that of the cluster's silo \"a\"*" },
        { "a", 2, "00ff", "0a0c", "Preble:Cluster:CertificateAuthority is not that of the cluster's silo \"a\"*" },
        { "a", 2, "00ff", "", "Preble:Cluster:CertificateAuthority is set, but the cluster's silo \"a\" talks without TLS*" },
        { "own", 2, "00ff", "0a0b", "Preble:SiloName is \"own\", as that of the cluster's silo at 127.0.0.1:11111*" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void WhoeverDoesNotFitIsRefusedByASiloThatAnswersAndByNoOther(string name, int contracts, string secret, string authority, string says)
    {
        ListedSilo<string> other = Listed(name, contracts, secret, authority);
        ListedSilo<string> earlier = Listed(name, contracts, secret, authority, active: false, generation: 9);
        ListedSilo<string> later = Listed(name, contracts, secret, authority, active: false, generation: 11);
        Call(0, (other, false)).Should().ContainSingle();
        Call(0, (earlier, false), (later, false), (later, true)).Should().BeEmpty("of two that join side by side only the later one is refused");
        FluentActions.Invoking(() => Call(0, (earlier, true))).Should().Throw<StartupException>().WithMessage(says);
        FluentActions.Invoking(() => Call(0, (other, true))).Should().Throw<StartupException>().WithMessage(says);
    }

    private IReadOnlyList<SilentSilo<string>> Call(double seconds, params (ListedSilo<string> Silo, bool Answers)[] listed) => _roll.Call(listed, TimeSpan.FromSeconds(seconds));

    private static ListedSilo<string> Listed(string name, int sign = 0) => Listed(name, 2, "00ff", "0a0b", sign: sign);

    private static ListedSilo<string> Listed(string name, bool active) => Listed(name, 2, "00ff", "0a0b", active);

    private static ListedSilo<string> Listed(string name, int contracts, string secret, string authority, bool active = true, long generation = 9, int sign = 0) => new(
        new SiloMember<string>($"at {name} {generation}", generation, new SiloTitle(name, SiloRoles.Worker, contracts, secret, authority)),
        new IPEndPoint(IPAddress.Loopback, 11111),
        active,
        DateTime.UnixEpoch.AddSeconds(sign));
}
