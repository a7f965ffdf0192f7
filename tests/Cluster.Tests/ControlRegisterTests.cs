using FsCheck;
using FsCheck.Fluent;

namespace Preble.Cluster.Tests;

/// <summary>Silos that look for a grain and claim it while words, news of silos and deaths come in any order.</summary>
public sealed class ControlRegisterTests
{
    private const int Silos = 4;

    private static readonly Gen<int[]> Orders = Gen.Choose(0, int.MaxValue - 1).ArrayOf(100);
    private static readonly Gen<int> Silo = Gen.Choose(0, Silos - 1);

    [Fact]
    public void OfSilosThatJoinAndClaimAGrainAtOnceOneGetsIt() => Check(
        Orders.SelectMany(order => Gen.Choose(0, 3).ArrayOf(2 * Silos).Select(waits => (order, waits))),
        it =>
        {
            var world = new ControlWorld(it.order);
            Task<string>[] claims = [.. Enumerable.Range(0, Silos).Select(silo => world.JoinAndClaim(silo, it.waits[2 * silo], it.waits[(2 * silo) + 1]))];
            world.Run();

            claims.Should().OnlyContain(claim => claim.IsCompletedSuccessfully);
            string winner = world.Holders.Should().ContainSingle().Which;
            claims.Where((claim, silo) => claim.Result == ControlWorld.Name(silo)).Should().ContainSingle().Which.Result.Should().Be(winner);
            world.FindEverywhere().Should().OnlyContain(found => found == winner);
        });

    [Fact]
    public void WhoHasAGrainKeepsItWhoeverClaimsItLaterUntilItEnds() => Check(
        Orders.SelectMany(order => Silo.Two().Select(silos => (order, first: silos.Item1, later: silos.Item2))).Where(it => it.first != it.later),
        it =>
        {
            ControlWorld world = ControlWorld.WithAll(Silos, it.order);
            world.Result(world.Claim(it.first)).Should().Be(ControlWorld.Name(it.first));
            world.Result(world.Claim(it.later)).Should().Be(ControlWorld.Name(it.first));

            world[it.first].Release(ControlWorld.Grain, "of before");
            world.Holders.Should().Equal(ControlWorld.Name(it.first));
            world[it.first].Release(ControlWorld.Grain, ControlWorld.Activation(it.first));
            world.Result(world.Claim(it.later)).Should().Be(ControlWorld.Name(it.later));
        });

    [Fact]
    public void ANewActivationInTheSameSiloTakesTheGrainOverAndAsksNobody() => Check(
        Orders.SelectMany(order => Silo.Select(silo => (order, silo))),
        it =>
        {
            ControlWorld world = ControlWorld.WithAll(Silos, it.order);
            Task<string> first = world.Claim(it.silo, "first");
            Task<string> second = world.Claim(it.silo, "second");
            world.Run();
            (first.Result, second.Result).Should().Be((ControlWorld.Name(it.silo), ControlWorld.Name(it.silo)));

            world.Kill((it.silo + 1) % Silos, isSilent: true);
            world.Result(world.Claim(it.silo, "third")).Should().Be(ControlWorld.Name(it.silo));
            world[it.silo].Release(ControlWorld.Grain, "second");
            world.Holders.Should().Equal(ControlWorld.Name(it.silo));
        });

    /// <summary>A silo that is listed and does not answer may have the grain, unless another says that it has it.</summary>
    [Fact]
    public void ADeadSiloHidesOnlyWhatStoodThereAndOnlyWhileItIsListed() => Check(
        Orders.SelectMany(order => Silo.Three().Select(silos => (order, holder: silos.Item1, dead: silos.Item2, asker: silos.Item3))).Where(it => it.asker != it.dead),
        it =>
        {
            ControlWorld world = ControlWorld.WithAll(Silos, it.order);
            world.Result(world.Claim(it.holder)).Should().Be(ControlWorld.Name(it.holder));
            bool isSilent = it.order[0] % 2 == 0;
            world.Kill(it.dead, isSilent);
            Task<string?> found = world.Find(it.asker);
            world.Run();
            Task<string> claimed = world.Claim(it.asker);
            world.Run();
            if (it.dead != it.holder)
            {
                found.Result.Should().Be(ControlWorld.Name(it.holder));
                claimed.Result.Should().Be(ControlWorld.Name(it.holder));
                return;
            }

            found.IsCompletedSuccessfully.Should().BeFalse();
            claimed.IsCompletedSuccessfully.Should().BeFalse();
            world.Unlist(it.dead);
            world.Run();
            (found.IsCompleted, claimed.IsCompleted).Should().Be((true, true));
            (found.IsCompletedSuccessfully, claimed.IsCompletedSuccessfully).Should().Be((isSilent, isSilent), "a question that is still open hears that nothing is there");
            world.Result(world.Claim(it.asker)).Should().Be(ControlWorld.Name(it.asker));
            world.FindEverywhere().Should().OnlyContain(silo => silo == ControlWorld.Name(it.asker));
        });

    [Fact]
    public void ASiloThatDiesAmongOthersThatClaimLeavesAtMostOneAndNobodyWaiting() => Check(
        Orders.SelectMany(order => Gen.Choose(0, 3).ArrayOf(Silos).SelectMany(waits => Silo.Two().Select(it => (order, waits, dead: it.Item1, unlistedAfter: it.Item2)))),
        it =>
        {
            ControlWorld world = ControlWorld.WithAll(Silos, it.order);
            Task<string>[] claims = [.. it.waits.Select((wait, silo) => world.ClaimAfter(wait, silo))];
            world.After(it.unlistedAfter, () => world.Kill(it.dead, isSilent: it.order[0] % 2 == 0));
            world.Run();
            world.Unlist(it.dead);
            world.Run();

            int[] living = [.. Enumerable.Range(0, Silos).Where(silo => silo != it.dead)];
            living.Should().OnlyContain(silo => claims[silo].IsCompleted);
            world.Holders.Should().HaveCountLessThan(2);
            living.Count(silo => claims[silo].IsCompletedSuccessfully && claims[silo].Result == ControlWorld.Name(silo)).Should().Be(world.Holders.Count());
            string stands = world.Result(world.Claim(living[0]));
            world.FindEverywhere().Should().OnlyContain(silo => silo == stands);
        });

    /// <summary>The list is away, and one silo has not heard of the other before.</summary>
    [Fact]
    public void WhoHasAGrainSaysSoWhoeverAsksAndWhetherTheListCanBeReadOrNot() => Check(
        Orders.SelectMany(order => Silo.Select(asker => (order, asker))),
        it =>
        {
            var world = new ControlWorld(it.order);
            int holder = (it.asker + 1) % Silos;
            world.Result(world.JoinAndClaim(holder, 0, 0)).Should().Be(ControlWorld.Name(holder));
            world.ListIsAway = true;
            world.JoinUnheard(it.asker);
            world.Result(world.Find(it.asker)).Should().Be(ControlWorld.Name(holder));
            world.Result(world.Claim(it.asker)).Should().Be(ControlWorld.Name(holder));

            world[holder].Release(ControlWorld.Grain, ControlWorld.Activation(holder));
            world.Result(world.Find(it.asker)).Should().BeNull();
            Task<string> unsure = world.Claim(it.asker);
            world.Run();
            unsure.Exception!.InnerException.Should().BeOfType<IOException>("the other would not ask it, should it claim the grain as well");
            world.ListIsAway = false;
            world.Result(world.Claim(it.asker)).Should().Be(ControlWorld.Name(it.asker));
            world.Result(world.Claim(holder)).Should().Be(ControlWorld.Name(it.asker));
        });

    private static void Check<T>(Gen<T> cases, Action<T> law) => Prop.ForAll(cases.ToArbitrary(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
