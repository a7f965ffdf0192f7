using Preble.Fault.Tests.Time;
using Preble.Fault.Tests.World;
using Preble.Grains.Interfaces;

namespace Preble.Fault.Tests.Network;

/// <summary>Between the silos: what is sent may be lost, late, repeated or refused, as its own draws have it.</summary>
internal sealed class FaultyNetwork(Simulation simulation, Random random)
{
    /// <summary>As the host has it.</summary>
    public static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(30);

    public Simulation Simulation => simulation;

    public VirtualClock Clock => simulation.Clock;

    /// <summary>How it behaves now.</summary>
    public Weather Weather { get; set; } = Weather.Fair;

    /// <summary>The grains themselves, without a network.</summary>
    public IGrainFactory? Direct { get; private set; }

    /// <summary>Takes the place of a host's factory.</summary>
    public IGrainFactory Wrap(IGrainFactory direct)
    {
        Direct = direct;
        return From("");
    }

    /// <summary>The grains as a silo reaches them.</summary>
    /// <param name="silo">Its name; empty for the one that has the gateway and is never lost.</param>
    public IGrainFactory From(string silo) => new Factory(this, silo);

    /// <summary>The silo that a key names, if nothing gets to or from it.</summary>
    public SimulatedSilo? Obstacle(string key)
    {
        string name = GrainKeys.SiloOf(key);
        SimulatedSilo? silo = simulation.Machines.FirstOrDefault(silo => silo.Name == (name.Length == 0 ? key : name));
        return silo is { Worker: null } or { IsCutOff: true } ? silo : null;
    }

    public Fate NextFate(Call call)
    {
        if (simulation.Trace.IsDetailed)
        {
            simulation.Trace.Detail(call.ToString());
        }

        if (ReferenceEquals(Weather, Weather.Fair))
        {
            return default;
        }

        Fate fate = Weather.Next(random);
        if (fate != default)
        {
            simulation.Trace.Note($"{call}: {fate}");
        }

        return fate;
    }

    public (bool Breaks, bool Hangs) NextRead(Call call)
    {
        if (Weather.StreamBroken == 0 || random.NextDouble() >= Weather.StreamBroken)
        {
            return default;
        }

        bool hangs = random.Next(3) == 0;
        simulation.Trace.Note($"{call} {(hangs ? "hangs" : "breaks")}");
        return (!hangs, hangs);
    }

    /// <summary>Whether the end of a broken stream does not reach its producer.</summary>
    public bool IsForgetful() => random.Next(2) == 0;

    private sealed class Factory(FaultyNetwork network, string from) : IGrainFactory
    {
        public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey
        {
            TGrainInterface grain = network.Direct!.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);
            return GrainProxy.Wrap(network, grain, from, primaryKey);
        }

        public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => network.Direct!.GetGrain(grainInterfaceType, grainPrimaryKey);

        public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
            where TGrainInterface : IAddressable => network.Direct!.GetGrain<TGrainInterface>(grainId);
    }
}
