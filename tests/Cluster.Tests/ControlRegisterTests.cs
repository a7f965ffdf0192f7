using FsCheck;
using FsCheck.Fluent;
using Preble.Silo.Actors;

namespace Preble.Cluster.Tests;

/// <summary>Silos that claim one grain while their words to each other arrive in any order.</summary>
public sealed class ControlRegisterTests
{
    private const string Grain = "scheduler/demo";

    private static readonly Gen<int[]> Orders = Gen.Choose(0, int.MaxValue - 1).ArrayOf(100);

    [Fact]
    public void OfAllThatClaimAGrainOneGetsItAndTheOthersAndWhoeverAsksHearWhere() => Prop.ForAll(
        Orders.SelectMany(order => Gen.Choose(2, 5).SelectMany(silos => Gen.Choose(0, 2).ArrayOf(silos).Select(begins => (order, begins)))).ToArbitrary(),
        it =>
        {
            var world = new World(it.begins.Length, it.order);
            Task<ControlStand>[] claims = [.. it.begins.Select((begin, silo) => world.ClaimAfter(begin, silo))];
            world.Run();

            claims.Should().OnlyContain(claim => claim.IsCompletedSuccessfully);
            string winner = claims.Select(claim => claim.Result).Single(stand => stand.Activation is not null).Silo;
            world.Holders.Should().Equal(winner);
            claims[World.IndexOf(winner)].Result.Silo.Should().Be(winner);
            foreach (string found in world.FindEverywhere())
            {
                found.Should().Be(winner);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void WhoHasAGrainKeepsItWhoeverClaimsItLater() => Prop.ForAll(
        Orders.SelectMany(order => Gen.Choose(0, 3).Two().Select(silos => (order, first: silos.Item1, later: silos.Item2))).Where(it => it.first != it.later).ToArbitrary(),
        it =>
        {
            var world = new World(4, it.order);
            Task<ControlStand> first = world.ClaimAfter(0, it.first);
            world.Run();
            Task<ControlStand> later = world.ClaimAfter(0, it.later);
            world.Run();
            first.Result.Should().Be(new ControlStand(World.Name(it.first), World.Activation(it.first)));
            later.Result.Should().Be(new ControlStand(World.Name(it.first), Activation: null));

            world[it.first].Release(Grain, World.Activation(it.first));
            Task<ControlStand> again = world.ClaimAfter(0, it.later);
            world.Run();
            again.Result.Activation.Should().Be(World.Activation(it.later));
        }).QuickCheckThrowOnFailure();

    /// <summary>A silo that is listed and does not answer may have the grain, unless another says that it has it.</summary>
    [Fact]
    public void ASiloThatCannotBeAskedHidesOnlyWhatStoodThere() => Prop.ForAll(
        Orders.SelectMany(order => Gen.Choose(0, 3).Two().Select(silos => (order, holder: silos.Item1, dead: silos.Item2))).ToArbitrary(),
        it =>
        {
            var world = new World(4, it.order);
            Task<ControlStand> held = world.ClaimAfter(0, it.holder);
            world.Run();
            held.IsCompletedSuccessfully.Should().BeTrue();
            world.Dead = it.dead;

            foreach (int asker in Enumerable.Range(0, 4).Where(asker => asker != it.dead))
            {
                Task<string?> found = world.FindAsync(asker);
                world.Run();
                Task<ControlStand> claimed = world.ClaimAfter(0, asker);
                world.Run();
                if (it.dead == it.holder)
                {
                    found.Exception!.InnerException.Should().BeOfType<IOException>();
                    claimed.Exception!.InnerException.Should().BeOfType<IOException>();
                    world.Holders.Should().Equal(World.Name(it.holder));
                }
                else
                {
                    found.Result.Should().Be(World.Name(it.holder));
                    claimed.Result.Silo.Should().Be(World.Name(it.holder));
                }
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task ASecondActivationInOneSiloHearsOfTheFirst()
    {
        var world = new World(2, [0]);
        Task<ControlStand> first = world.ClaimAfter(0, 1);
        world.Run();
        (await first).Activation.Should().Be(World.Activation(1));
        (await world[1].ClaimAsync(Grain, "another")).Should().Be(await first);
        world[1].Release(Grain, "another");
        world.Holders.Should().Equal(World.Name(1));
    }

    /// <summary>Registers whose questions and answers are delivered one at a time, in an order that is given.</summary>
    private sealed class World : SynchronizationContext
    {
        private readonly ControlRegister[] _registers;
        private readonly int[] _order;
        private readonly Queue<Action> _ready = [];
        private readonly List<Action> _underWay = [];
        private int _steps;

        public World(int silos, int[] order)
        {
            _order = order;
            _registers = [.. Enumerable.Range(0, silos).Select(silo => new ControlRegister(Name(silo), new Peers(this, silo)))];
        }

        public int? Dead { get; set; }

        public IEnumerable<string> Holders => Enumerable.Range(0, _registers.Length).Select(silo => _registers[silo].AnswerAsync(Grain, claimant: null).Result).OfType<string>();

        public ControlRegister this[int silo] => _registers[silo];

        public static string Name(int silo) => $"gateway-{silo}";

        public static int IndexOf(string name) => name[^1] - '0';

        public static string Activation(int silo) => $"of {Name(silo)}";

        /// <summary>Claims the grain after some deliveries.</summary>
        public Task<ControlStand> ClaimAfter(int hops, int silo)
        {
            var done = new TaskCompletionSource<ControlStand>();
            Begin(hops);
            return done.Task;

            void Begin(int left) => _underWay.Add(() =>
            {
                if (left > 0)
                {
                    Begin(left - 1);
                }
                else
                {
                    _ = CompleteAsync(_registers[silo].ClaimAsync(Grain, Activation(silo)), done);
                }
            });
        }

        public Task<string?> FindAsync(int silo)
        {
            var done = new TaskCompletionSource<string?>();
            _underWay.Add(() => _ = CompleteAsync(_registers[silo].FindAsync(Grain), done));
            return done.Task;
        }

        public string[] FindEverywhere()
        {
            Task<string?>[] found = [.. Enumerable.Range(0, _registers.Length).Select(FindAsync)];
            Run();
            return [.. found.Select(it => it.Result!)];
        }

        /// <summary>Until nothing is under way.</summary>
        public void Run()
        {
            SynchronizationContext? before = Current;
            SetSynchronizationContext(this);
            try
            {
                while (_ready.Count > 0 || _underWay.Count > 0)
                {
                    if (_ready.TryDequeue(out Action? next))
                    {
                        next();
                        continue;
                    }

                    int chosen = _order[_steps++ % _order.Length] % _underWay.Count;
                    Action delivery = _underWay[chosen];
                    _underWay.RemoveAt(chosen);
                    delivery();
                }
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }

        public override void Post(SendOrPostCallback d, object? state) => _ready.Enqueue(() => d(state));

        private static async Task CompleteAsync<T>(Task<T> task, TaskCompletionSource<T> done)
        {
            try
            {
                done.SetResult(await task);
            }
            catch (IOException exception)
            {
                done.SetException(exception);
            }
        }

        private Task<string?> Ask(int silo, string grain, string? claimant)
        {
            var answered = new TaskCompletionSource<string?>();
            _underWay.Add(() =>
            {
                if (silo == Dead)
                {
                    answered.SetException(new IOException("It does not answer."));
                }
                else
                {
                    _ = AnswerAsync(_registers[silo].AnswerAsync(grain, claimant), answered);
                }
            });
            return answered.Task;
        }

        private async Task AnswerAsync(Task<string?> answer, TaskCompletionSource<string?> answered)
        {
            string? silo = await answer;
            _underWay.Add(() => answered.SetResult(silo));
        }

        private sealed class Peers(World world, int own) : IControlPeers
        {
            public IEnumerable<Task<string?>> AskAll(string grain, string? claimant) =>
                [.. Enumerable.Range(0, world._registers.Length).Where(silo => silo != own).Select(silo => world.Ask(silo, grain, claimant))];
        }
    }
}
