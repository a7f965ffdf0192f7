using System.Net;
using System.Net.Sockets;
using Preble.Silo;
using Preble.Silo.Actors;

namespace Preble.Cluster.Tests;

/// <summary>What a silo at its start makes of a list that changes while it looks, with real connections.</summary>
public sealed class EntranceListTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private readonly TcpListener _other = new(IPAddress.Loopback, 0);
    private readonly List<string> _dead = [];

    public EntranceListTests() => _other.Start();

    [Fact]
    public async Task ASiloThatLivesAndCannotBeReachedEndsTheStartWithItsAddress()
    {
        ListedSilo<string> silo = Listed("far", contracts: 2);
        _other.Stop();
        Func<Task> pass = () => PassAsync(silenceMax: Long, patience: TimeSpan.Zero, [silo]);
        await pass.Should().ThrowAsync<StartupException>().WithMessage($"Preble:Cluster:Address*\"far\" at {silo.EndPoint}*");
        _dead.Should().BeEmpty();
    }

    [Fact]
    public async Task ADeadSiloIsStruckOutAndTheStartGoesOnWhenTheListSaysSo()
    {
        ListedSilo<string> silo = Listed("gone", contracts: 2);
        _other.Stop();
        await PassAsync(silenceMax: TimeSpan.Zero, Long, [silo], []);
        _dead.Should().Equal("at gone");
    }

    /// <summary>One that starts again listens before its earlier start has left the list.</summary>
    [Fact]
    public async Task WhatIsThereForAMomentRefusesNobodyAndWhatStaysDoes()
    {
        ListedSilo<string> old = Listed("old", contracts: 1);
        await PassAsync(Long, Long, [old], []);
        Func<Task> pass = () => PassAsync(Long, Long, [old], [old]);
        await pass.Should().ThrowAsync<StartupException>().WithMessage("*contracts of version 1*");
    }

    public void Dispose() => _other.Dispose();

    private Task PassAsync(TimeSpan silenceMax, TimeSpan patience, params ListedSilo<string>[][] reads)
    {
        var own = new SiloMember<string>("at own", 5, new SiloTitle("own", SiloRoles.Gateway, Contracts: 2));
        return new Entrance<string>(new ScriptedList(reads, _dead), own, silenceMax, patience, TimeProvider.System).PassAsync(CancellationToken.None);
    }

    private ListedSilo<string> Listed(string name, int contracts) =>
        new(new SiloMember<string>($"at {name}", 1, new SiloTitle(name, SiloRoles.Worker, contracts)), (IPEndPoint)_other.LocalEndpoint, IsActive: true, DateTime.UnixEpoch);

    private sealed class ScriptedList(ListedSilo<string>[][] reads, List<string> dead) : ISiloList<string>
    {
        private int _next;

        public Task<ListedSilo<string>[]> ReadAsync() => Task.FromResult(reads[_next++]);

        public Task DeclareDeadAsync(string silo)
        {
            dead.Add(silo);
            return Task.CompletedTask;
        }
    }
}
