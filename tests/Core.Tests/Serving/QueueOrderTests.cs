using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

public sealed class QueueOrderTests
{
    [Fact]
    public void GroupsAreAdmittedInProportionToTheirPriority()
    {
        // The paper's example: of 55 slots 10 go to group 10, 9 to group 9, and so on; here group 0 has one of its own.
        var queue = new List<QueueCandidate>();
        for (int i = 0; i < 100; i++) queue.AddRange(Enumerable.Range(0, 11).Select(group => new QueueCandidate(100, group * 10)));
        var order = new PriorityGroupsOrder(10);
        for (int round = 0; round < 3; round++)
        {
            int[] admitted = Admit(order, queue, 56).CountBy(c => c.CachedTokens / 10).OrderBy(g => g.Key).Select(g => g.Value).ToArray();
            admitted.Should().Equal(1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        }
    }

    [Fact]
    public void TheHighestGroupWithSlotsLeftGoesFirst()
    {
        var queue = new List<QueueCandidate> { new(10, 0), new(10, 0), new(10, 1), new(10, 3), new(10, 3), new(10, 3), new(10, 3) };
        Admit(new PriorityGroupsOrder(10), queue, 7).Select(c => c.CachedTokens).Should().Equal(3, 3, 3, 1, 0, 3, 0);
    }

    [Fact]
    public void AGroupInWhichNobodyWaitsSavesNoSlots()
    {
        var order = new PriorityGroupsOrder(2);
        Admit(order, [.. Enumerable.Repeat(new QueueCandidate(10, 0), 50)], 50);
        List<QueueCandidate> both = [.. Enumerable.Repeat(new QueueCandidate(10, 0), 100), .. Enumerable.Repeat(new QueueCandidate(10, 10), 100)];

        // Two slots are left of the round that runs; then come 19 rounds of two and one.
        Admit(order, both, 2 + 57).Count(c => c.CachedTokens == 10).Should().Be(2 + 38);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void InsideAGroupTheFirstToComeIsTheFirstToGo(int seed)
    {
        // Lengths mark the arrivals; all shares of one group differ.
        var random = new Random(seed);
        List<QueueCandidate> queue = [.. Enumerable.Range(0, 300).Select(i => new QueueCandidate(1000 + i, random.Next(1000)))];
        List<QueueCandidate> admitted = Admit(new PriorityGroupsOrder(10), [.. queue], 300);
        foreach (IGrouping<int, QueueCandidate> group in admitted.GroupBy(c => 10 * c.CachedTokens / c.ContextTokens))
        {
            group.Select(c => c.ContextTokens).Should().BeInAscendingOrder();
        }

        admitted.ToHashSet().SetEquals(queue).Should().BeTrue("each is admitted");
    }

    [Fact]
    public void SharesOfLongContextsDoNotOverflow()
    {
        new PriorityGroupsOrder(10).Next([new(int.MaxValue, 1), new(int.MaxValue, int.MaxValue - 1)]).Should().Be(1);
    }

    [Fact]
    public void FirstComeFirstServedAsksForNothingElse()
    {
        new FcfsOrder().Next([new(10, 0), new(10, 9)]).Should().Be(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TheLongestPrefixGoesFirstAndTheFirstToComeAmongEquals(int seed)
    {
        // Lengths mark the arrivals.
        var random = new Random(seed);
        for (int round = 0; round < 50; round++)
        {
            List<QueueCandidate> queue = RandomQueue(random, random.Next(1, 300));
            Admit(new LongestPrefixOrder(), [.. queue], queue.Count).Should().Equal(queue.OrderByDescending(c => c.CachedTokens).ThenBy(c => c.ContextTokens));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void KLpmAdmitsTheOldestOnceInEachKAndElseTheLongestPrefix(int k)
    {
        var random = new Random(k);
        for (int round = 0; round < 50; round++)
        {
            List<QueueCandidate> left = RandomQueue(random, random.Next(1, 200));
            List<QueueCandidate> admitted = Admit(new KLpmOrder(k), [.. left], left.Count);
            for (int i = 0; i < admitted.Count; i++)
            {
                admitted[i].Should().Be(i % k == 0 ? left[0] : left.MaxBy(c => c.CachedTokens));
                left.Remove(admitted[i]);
            }
        }
    }

    /// <summary>Later arrivals with longer prefixes come all the time, which starves it if only the longest prefix counts.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void WithKLpmASequenceWaitsForKAdmissionsForEachBeforeItAndItself(int k)
    {
        var random = new Random(k);
        for (int round = 0; round < 100; round++)
        {
            List<QueueCandidate> queue = RandomQueue(random, random.Next(1, 30));
            int place = random.Next(queue.Count);
            var marked = new QueueCandidate(100_000, 0);
            queue.Insert(place, marked);
            var order = new KLpmOrder(k);
            Admit(order, [.. Enumerable.Repeat(new QueueCandidate(10, 0), k)], random.Next(k));
            int admissions = 0;
            for (QueueCandidate admitted = default; admitted != marked; admissions++)
            {
                queue.Add(new QueueCandidate(5000 + admissions, 5000));
                admitted = Admit(order, queue, 1)[0];
            }

            admissions.Should().BeLessThanOrEqualTo((place + 1) * k);
        }
    }

    [Fact]
    public void KLpmIsFirstComeFirstServedAtOneAndTheLongestPrefixWithoutEnd()
    {
        List<QueueCandidate> queue = RandomQueue(new Random(4), 100);
        Admit(new KLpmOrder(1), [.. queue], 100).Should().Equal(queue);
        List<QueueCandidate> unbounded = Admit(new KLpmOrder(int.MaxValue), [.. queue], 100);
        unbounded[1..].Should().Equal(Admit(new LongestPrefixOrder(), [.. queue[1..]], 99), "only the first admission is the oldest's");
    }

    [Fact]
    public void OrdersAreFoundByName()
    {
        var options = new LocalSchedulerOptions();
        foreach (string name in QueueOrders.Names) QueueOrders.Create(name, options).Name.Should().Be(name);
        Action create = () => QueueOrders.Create("shortest", options);
        create.Should().Throw<ArgumentException>().WithMessage("*'shortest'*priority-groups*fcfs*longest-prefix*k-lpm*");
    }

    /// <summary>Candidates whose lengths are all different and ascend as they came.</summary>
    private static List<QueueCandidate> RandomQueue(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new QueueCandidate(1000 + i, random.Next(20) * 10))];

    private static List<QueueCandidate> Admit(IQueueOrder order, List<QueueCandidate> queue, int count)
    {
        var admitted = new List<QueueCandidate>();
        for (int i = 0; i < count; i++)
        {
            int next = order.Next(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(queue));
            order.Admitted(queue[next]);
            admitted.Add(queue[next]);
            queue.RemoveAt(next);
        }

        return admitted;
    }
}
