using Preble.Engine.Cpu;

namespace Preble.Engine.Tests.Cpu;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EveryItemRunsOnceOnALaneOfTheTeam(int lanes)
    {
        using var team = new ThreadTeam(lanes);
        var random = new Random(1);
        for (int round = 0; round < 5000; round++)
        {
            var job = new CountingJob(random.Next(12), lanes);
            team.Run(job, job.Runs.Length);
            job.Runs.Should().AllBeEquivalentTo(1);
            job.LanesSeen.Should().BeTrue();
        }
    }

    /// <summary>
    /// A helper that was late for a job of two items must not claim the third of the next job before that has begun: the item would run twice, and the job
    /// count as finished while another item still runs.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void JobsThatFollowEachOtherCloselyRunEveryItemOnce(int lanes)
    {
        using var team = new ThreadTeam(lanes);
        var jobs = new[] { new CountingJob(2, lanes), new CountingJob(12, lanes) };
        for (int round = 1; round <= 300_000; round++)
        {
            foreach (CountingJob job in jobs)
            {
                team.Run(job, job.Runs.Length);
                if (job.Runs.AsSpan().ContainsAnyExcept(round))
                {
                    job.Runs.Should().AllBeEquivalentTo(round, "in round {0}", round);
                }
            }
        }
    }

    [Fact]
    public void AFailingItemIsThrownToTheCallerAndTheTeamGoesOn()
    {
        using var team = new ThreadTeam(3);
        for (int round = 0; round < 200; round++)
        {
            ((Action)(() => team.Run(new FailingJob(), 8))).Should().Throw<InvalidOperationException>().WithInnerException<FormatException>();
            var job = new CountingJob(6, 3);
            team.Run(job, 6);
            job.Runs.Should().AllBeEquivalentTo(1);
        }
    }

    [Fact]
    public void ADisposedTeamRunsNothing()
    {
        var team = new ThreadTeam(2);
        team.Dispose();
        ((Action)(() => team.Run(new CountingJob(4, 2), 4))).Should().Throw<ObjectDisposedException>();
    }

    private sealed class CountingJob(int items, int lanes) : ParallelJob
    {
        internal int[] Runs { get; } = new int[items];

        internal bool LanesSeen { get; private set; } = true;

        internal override void Run(int item, int lane)
        {
            Interlocked.Increment(ref Runs[item]);
            if (lane < 0 || lane >= lanes)
            {
                LanesSeen = false;
            }
        }
    }

    private sealed class FailingJob : ParallelJob
    {
        internal override void Run(int item, int lane)
        {
            if (item == 5)
            {
                throw new FormatException("five");
            }
        }
    }
}
