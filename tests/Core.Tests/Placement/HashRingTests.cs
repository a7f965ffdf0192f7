using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class HashRingTests
{
    private const int Hashes = 5000;

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    public void AWorkerThatLeavesMovesOnlyItsOwnPromptsAndOneThatJoinsOnlyThoseItGets(int workers)
    {
        Candidate[] all = Candidates(workers);
        var ring = new HashRing();
        string[] before = Owners(ring, all);
        for (int gone = 0; gone < workers; gone++)
        {
            Candidate[] rest = [.. all.Where((_, i) => i != gone)];
            string left = all[gone].Worker.Id.Value;
            string[] after = Owners(ring, rest);
            after.Should().NotContain(left);
            int moved = before.Zip(after).Count(pair => pair.First != pair.Second);
            moved.Should().Be(before.Count(owner => owner == left), "nobody else's move");
            moved.Should().BeLessThan(2 * Hashes / workers);
            Owners(ring, all).Should().Equal(before, "back as it was");
        }
    }

    [Fact]
    public void ASubsetOfTheCandidatesIsARingOfThemAlone()
    {
        Candidate[] all = Candidates(9);
        var grown = new HashRing();
        grown.Use(all);
        var random = new Random(1);
        for (int round = 0; round < 20; round++)
        {
            random.Shuffle(all);
            Candidate[] some = all[..random.Next(1, 10)];
            Owners(grown, some).Should().Equal(Owners(new HashRing(), some));
        }
    }

    [Fact]
    public void WorkersThatComeAndGoLeaveNothingBehind()
    {
        Candidate[] all = Candidates(12);
        var random = new Random(2);
        var ring = new HashRing();
        var there = new HashSet<int>();
        for (int round = 0; round < 200; round++)
        {
            int worker = random.Next(12);
            if (!there.Add(worker) && there.Count > 1)
            {
                there.Remove(worker);
                ring.Forget(all[worker].Worker.Id);
            }

            Candidate[] candidates = [.. there.Select(i => all[i])];
            ring.Use(candidates);
            ring.Count.Should().Be(there.Count);
            ulong hash = Hashing.Mix((ulong)round, 9);
            var fresh = new HashRing();
            fresh.Use(candidates);
            ring.Find(hash).Should().Be(fresh.Find(hash));
        }
    }

    [Fact]
    public void EqualWorkersGetEqualSharesWithinAThird()
    {
        Dictionary<string, int> shares = Owners(new HashRing(), Candidates(8)).CountBy(owner => owner).ToDictionary();
        shares.Should().HaveCount(8);
        shares.Values.Should().OnlyContain(share => share > Hashes / 8 * 2 / 3 && share < Hashes / 8 * 4 / 3);
    }

    [Fact]
    public void TheSecondChoiceIsAnotherWorkerIfThereIsOne()
    {
        var ring = new HashRing();
        ring.Use(Candidates(3));
        for (ulong i = 0; i < 500; i++)
        {
            int first = ring.Find(Hashing.Mix(i, 0));
            ring.Find(Hashing.Mix(i, 0), except: first).Should().BeInRange(0, 2).And.NotBe(first);
        }

        ring.Use(Candidates(1));
        ring.Find(7, except: 0).Should().Be(-1);
    }

    [Fact]
    public void PromptsThatAgreeOnTheirFirstThousandTokensShareAWorkerWhateverTheirLength()
    {
        GlobalScheduler scheduler = Scheduler("consistent-hash", [.. Enumerable.Range(0, 8).Select(i => Profile("w" + i))]);
        var random = new Random(3);
        var workers = new HashSet<string>();
        for (int group = 0; group < 50; group++)
        {
            PageKey[] shared = ToyCluster.Prompt(common: 0, own: 64, unique: group);
            string[] chosen = [.. Enumerable.Range(0, 6).Select(i => Place([.. shared, .. ToyCluster.Prompt(0, random.Next(300), 1000 + i)], random.Next(16)))];
            chosen.Distinct().Should().HaveCount(1);
            workers.Add(chosen[0]);
        }

        workers.Should().HaveCount(8);
        Enumerable.Range(0, 50).Select(i => Place(ToyCluster.Prompt(common: 63, own: 20, unique: i), 0)).Distinct().Count().Should().BeGreaterThan(4);
        Enumerable.Range(0, 50).Select(i => Place(ToyCluster.Prompt(common: 0, own: 3, unique: i), 5)).Distinct().Count().Should().BeGreaterThan(4);

        string Place(PageKey[] keys, int rest)
        {
            string worker = scheduler.Place(new PlacementQuery(new RequestId("r"), (keys.Length * 16) + rest, 1) { Keys = keys }, Match(0), default).Worker.Value;
            scheduler.Complete(new RequestId("r"), new CompletionFacts(CompletionOutcome.Cancelled, 0, 0, null, 0), default);
            return worker;
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    public void ADepthIsACountOfWholePagesThatThePromptHas(int page)
    {
        PrefixDepth.Pages(Policies.Input(new PageKey[100], (100 * page) + 5, page), 1024).Should().Be(1024 / page);
        PrefixDepth.Pages(Policies.Input(new PageKey[3], 3 * page, page), 1024).Should().Be(3, "a shorter prompt is all of it");
        PrefixDepth.Pages(Policies.Input(new PageKey[3], 3 * page, page), page - 1).Should().Be(1, "no less than a page names a prompt");
    }

    private static Candidate[] Candidates(int count) =>
        [.. Scheduler("round-robin", [.. Enumerable.Range(0, count).Select(i => Profile("worker-" + i))]).Workers.Select(view => new Candidate(view, 0, 1, default))];

    private static string[] Owners(HashRing ring, Candidate[] candidates)
    {
        ring.Use(candidates);
        return [.. Enumerable.Range(0, Hashes).Select(i => candidates[ring.Find(Hashing.Mix((ulong)i, 5))].Worker.Id.Value)];
    }
}
