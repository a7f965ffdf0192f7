using FsCheck;
using FsCheck.Fluent;
using Preble.Silo;
using Preble.Silo.Actors;

namespace Preble.Cluster.Tests;

public sealed class SiloChoiceTests
{
    private static readonly SiloMember<string> Local = Member("local", SiloRoles.Gateway);

    [Fact]
    public void AWorkerStandsInTheSiloThatItsKeyNames() =>
        SiloChoice.Owner([Local, Member("a", SiloRoles.Worker), Member("b", SiloRoles.Worker)], "demo-cpu-0@b", Local)!.Value.Address.Should().Be("b");

    [Fact]
    public void AWorkerOfASiloThatIsGoneHasNoPlace() =>
        SiloChoice.Owner([Local, Member("a", SiloRoles.Worker)], "demo-cpu-0@b", Local).Should().BeNull();

    [Fact]
    public void AKeyWithoutASiloStaysWhereItIsAsked() => SiloChoice.Owner([], "demo-cpu-0", Local)!.Value.Should().Be(Local);

    [Fact]
    public void OfASiloThatCameBackOnlyTheLatestCounts()
    {
        SiloMember<string>[] members = [Member("a", SiloRoles.Worker, 3), Member("a", SiloRoles.Worker, 7), Member("a", SiloRoles.Worker, 5)];
        SiloChoice.Owner(members, "demo-cpu-0@a", Local)!.Value.Generation.Should().Be(7);
    }

    [Fact]
    public void SchedulersPreferSilosWithoutWorkersAndTakeOthersWhenThereAreNone()
    {
        SiloMember<string>[] workers = [Member("a", SiloRoles.Worker), Member("b", SiloRoles.Worker | SiloRoles.Gateway)];
        SiloMember<string>[] all = [.. workers, Member("c", SiloRoles.Gateway)];
        foreach (string key in Keys)
        {
            SiloChoice.Control(all, key)!.Value.Address.Should().Be("c");
            SiloChoice.Control(workers, key)!.Value.Address.Should().BeOneOf("a", "b");
        }

        SiloChoice.Control<string>([], "demo").Should().BeNull();
    }

    [Fact]
    public void SchedulersOfManyModelsAreSpread() =>
        Keys.Select(key => SiloChoice.Control(Gateways(4), key)!.Value.Address).Distinct().Should().HaveCount(4);

    /// <summary>All silos choose the same whatever the order in which they learnt of each other, and one that goes moves only what it had.</summary>
    [Fact]
    public void TheChoiceDependsOnTheMembersAloneAndTheDeathOfAnotherMovesNothing() => Prop.ForAll(
        Gen.Choose(2, 8).SelectMany(count => Gen.Shuffle(Gateways(count))).ToArbitrary(),
        shuffled =>
        {
            foreach (string key in Keys)
            {
                string chosen = SiloChoice.Control(shuffled, key)!.Value.Address;
                SiloChoice.Control(Gateways(shuffled.Length), key)!.Value.Address.Should().Be(chosen);
                foreach (SiloMember<string> gone in shuffled.Where(member => member.Address != chosen))
                {
                    SiloChoice.Control(shuffled.Where(member => member.Address != gone.Address), key)!.Value.Address.Should().Be(chosen);
                }
            }
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<string> Keys => Enumerable.Range(0, 100).Select(number => $"model-{number}");

    private static SiloMember<string>[] Gateways(int count) => [.. Enumerable.Range(0, count).Select(number => Member($"gateway-{number}", SiloRoles.Gateway))];

    private static SiloMember<string> Member(string name, SiloRoles roles, long generation = 1) => new(name, generation, new SiloTitle(name, roles, Contracts: 1));
}
