using Preble.Core.Placement;

namespace Preble.Core.Tests.Placement;

/// <summary>The small pieces that the tree and the scheduler are made of, each against something plainly right.</summary>
public sealed class PlacementPartsTests
{
    [Fact]
    public void AHashIndexFindsExactlyWhatIsInItWhateverIsRemovedBetween()
    {
        var random = new Random(1);
        var index = new HashIndex();
        var model = new List<(ulong Hash, int Value)>();
        for (int step = 0; step < 20_000; step++)
        {
            // Few hashes, so that many records share one and probes run into each other.
            ulong hash = (ulong)random.Next(40) * 0x123456789;
            if (random.Next(2) == 0 && model.Count < 300)
            {
                index.Add(hash, step);
                model.Add((hash, step));
            }
            else if (model.Count > 0)
            {
                (ulong Hash, int Value) gone = model[random.Next(model.Count)];
                index.Remove(gone.Hash, gone.Value);
                model.Remove(gone);
            }

            var found = new List<int>();
            int probe = -1;
            for (int value = index.Find(hash, ref probe); value >= 0; value = index.Find(hash, ref probe))
            {
                found.Add(value);
            }

            found.Should().BeEquivalentTo(model.Where(entry => entry.Hash == hash).Select(entry => entry.Value));
            index.Count.Should().Be(model.Count);
        }
    }

    [Fact]
    public void RemovingFromAHashIndexWhatIsNotThereThrows()
    {
        var index = new HashIndex();
        index.Add(1, 2);
        Action remove = () => index.Remove(1, 3);
        remove.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void KeyRunsEqualListsUnderCuttingAppendingAndTrimming()
    {
        var random = new Random(2);
        var runs = new KeyRuns();
        var live = new List<(KeyRun Run, List<PageKey> Keys)>();
        for (int step = 0; step < 20_000; step++)
        {
            int at = random.Next(live.Count + 1);
            if (at == live.Count)
            {
                PageKey[] keys = Random(random, random.Next(1, 100));
                live.Add((runs.Create(keys), [.. keys]));
                continue;
            }

            (KeyRun run, List<PageKey> list) = live[at];
            int cut = random.Next(1, list.Count + 1);
            switch (random.Next(5))
            {
                case 0 when cut < list.Count:
                    KeyRun head = runs.SplitHead(ref run, cut);
                    live[at] = (run, list[cut..]);
                    live.Add((head, list[..cut]));
                    break;
                case 1:
                    PageKey[] more = Random(random, random.Next(1, 40));
                    runs.Append(ref run, more);
                    live[at] = (run, [.. list, .. more]);
                    break;
                case 2:
                    runs.Trim(ref run, cut);
                    live[at] = (run, list[..cut]);
                    break;
                case 3 when live.Count > 50 || random.Next(5) == 0:
                    runs.Free(run);
                    live.RemoveAt(at);
                    break;
                default:
                    runs.CommonLength(run, [.. list]).Should().Be(list.Count);
                    runs.CommonLength(run, [.. list[..(cut - 1)], new PageKey(99), .. list[(cut - 1)..]]).Should().Be(cut - 1);
                    runs.KeyAt(run, cut - 1).Should().Be(list[cut - 1]);
                    break;
            }
        }

        runs.ChunkCount.Should().Be(live.Sum(one => KeyRuns.ChunksOf(one.Run)));
        live.ForEach(one => runs.Free(one.Run));
        runs.ChunkCount.Should().Be(0);
    }

    [Fact]
    public void AWindowHoldsWhatIsYoungerThanAllButOneBucketAndNothingOlderThanItself()
    {
        var random = new Random(3);
        var window = new WorkerWindow();
        var entries = new List<(double At, int Requests)>();
        double now = 50;
        for (int step = 0; step < 5000; step++)
        {
            now += random.NextDouble() * (random.Next(100) == 0 ? 500 : 5);
            window.Advance(WorkerWindow.BucketAt(TimeSpan.FromSeconds(now), 180));
            int requests = random.Next(5);
            window.Add(new WindowSums { Requests = requests, PrefillSeconds = requests });
            entries.Add((now, requests));
            int Since(double seconds) => entries.Where(one => one.At >= now - seconds).Sum(one => one.Requests);
            window.Sums.Requests.Should().BeInRange(Since(169.999), Since(180));
            window.Sums.PrefillSeconds.Should().Be(window.Sums.Requests);
            entries.RemoveAll(one => one.At < now - 200);
        }
    }

    [Fact]
    public void TheMeanOutputForgetsItsGuessAtOnceAndOldAnswersSlowly()
    {
        var length = new OutputLength(128, 0.01);
        length.Add(10);
        length.MeanTokens.Should().Be(10);
        length.Add(30);
        length.MeanTokens.Should().Be(20);
        for (int i = 0; i < 1000; i++)
        {
            length.Add(500);
        }

        length.MeanTokens.Should().BeInRange(490, 500);
    }

    /// <summary>Of answers under way at a random moment, the mean length: those of 90 tokens are met nine times as often as those of 10.</summary>
    [Fact]
    public void TheMeanAnswerUnderWayIsLongerThanTheMeanAnswer()
    {
        var length = new OutputLength(128, 0.01);
        length.UnderWayTokens.Should().Be(128);
        length.Add(10);
        length.UnderWayTokens.Should().Be(10);
        length.Add(90);
        length.MeanTokens.Should().Be(50);
        length.UnderWayTokens.Should().BeApproximately((0.1 * 10) + (0.9 * 90), 1e-9);
        var random = new Random(5);
        for (int i = 0; i < 4000; i++)
        {
            length.Add(random.Next(2) == 0 ? 20 : 60);
        }

        length.UnderWayTokens.Should().BeInRange(47, 53, "a quarter of those met has 20, three quarters 60");
        var nothing = new OutputLength(128, 0.01);
        nothing.Add(0);
        nothing.UnderWayTokens.Should().Be(0);
    }

    [Fact]
    public void TiesRotateEvenlyOverTheEqualsAlone()
    {
        CandidateCost[] costs = [.. new double[] { 3, 1, 2, 1, 1 }.Select((total, i) => new CandidateCost { Total = total, Eligible = i != 4 })];
        Enumerable.Range(0, 6).Select(decision => Rotation.Least(costs, decision)).Should().Equal(1, 3, 1, 3, 1, 3);
    }

    private static PageKey[] Random(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => new PageKey((ulong)random.Next(3)))];
}
