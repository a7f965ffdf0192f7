using Preble.Fault.Tests.Network;

namespace Preble.Fault.Tests.World;

/// <summary>What goes wrong in a run, and when; all of it has passed when the run is as long as its <see cref="Sizes.Length"/> says.</summary>
internal sealed class FaultPlan(Simulation simulation, Random random)
{
    private const int FaultsMax = 10;

    private readonly bool _mild = simulation.Sizes.IsMild;

    /// <summary>Whether nothing more goes wrong.</summary>
    public bool AreOver { get; private set; }

    private TimeSpan Soon => TimeSpan.FromSeconds(random.NextDouble() * 20);

    public void Start()
    {
        simulation.Network.Weather = Weather.Draw(random, _mild);
        simulation.Trace.Note($"{simulation.Sizes} {simulation.Network.Weather}");
        int faults = random.Next(FaultsMax + 1);
        for (int fault = 0; fault < faults; fault++)
        {
            simulation.Clock.After(simulation.Sizes.Length * random.NextDouble(), Strike);
        }

        simulation.Clock.After(simulation.Sizes.Length, Heal);
    }

    /// <summary>In a mild run the first silo is spared, so that there is always a worker.</summary>
    private SimulatedSilo AnySilo() => simulation.Machines[random.Next(_mild ? 1 : 0, simulation.Machines.Count)];

    private void Strike()
    {
        switch (random.Next(8))
        {
            case 0 or 1:
                KillSilo(AnySilo());
                break;
            case 2:
                simulation.CrashScheduler();
                break;
            case 3:
                simulation.CrashTree();
                break;
            case 4:
                CutOff(AnySilo());
                break;
            case 5:
                SlowDown(AnySilo());
                break;
            case 6:
                Jump();
                break;
            default:
                Leave(AnySilo());
                break;
        }
    }

    /// <summary>In a mild run for so short that no patience ends with it.</summary>
    private void Jump()
    {
        var jump = TimeSpan.FromSeconds(_mild ? random.NextDouble() : random.Next(2) == 0 ? random.Next(1, 10) : random.Next(10, 200));
        simulation.Trace.Note($"the clock jumps by {jump.TotalSeconds:F1} s");
        simulation.Clock.Jump(jump);
    }

    private void KillSilo(SimulatedSilo silo)
    {
        silo.Kill(found: random.Next(3) == 0 ? TimeSpan.Zero : Soon);
        simulation.Clock.After(Soon, silo.Start);
    }

    private void Leave(SimulatedSilo silo)
    {
        TimeSpan back = TimeSpan.FromSeconds(3) + Soon;
        _ = simulation.Thread.Start(silo.LeaveAsync);
        simulation.Clock.After(back, silo.Start);
    }

    private void CutOff(SimulatedSilo silo)
    {
        simulation.Trace.Note($"{silo.Name} is cut off");
        silo.IsCutOff = true;
        simulation.Clock.After(Soon, () => silo.IsCutOff = false);
    }

    private void SlowDown(SimulatedSilo silo)
    {
        if (silo.Worker is { } worker)
        {
            double slowness = random.Next(3) == 0 ? 500 : random.Next(2, 50);
            simulation.Trace.Note($"{silo.Name} is {slowness} times slower");
            worker.Slowness = slowness;
            simulation.Clock.After(Soon, () => worker.Slowness = 1);
        }
    }

    private void Heal()
    {
        simulation.Trace.Note("no more faults");
        AreOver = true;
        simulation.Network.Weather = Weather.Fair;
        foreach (SimulatedSilo silo in simulation.Machines)
        {
            silo.IsCutOff = false;
            silo.Start();
            if (silo.Worker is { } worker)
            {
                worker.Slowness = 1;
            }
        }
    }
}
