using Preble.Core.Placement;

namespace Preble.Core.Tests.Placement;

public sealed class PrefixTreeLawTests
{
    [Theory]
    [InlineData(1, 12)]
    [InlineData(2, 5)]
    [InlineData(3, 25)]
    [InlineData(4, 5, 2)]
    public void EveryMatchEqualsTheNaiveModelAfterEveryStepAndNothingBreaks(int seed, int wordLengthMax, int workerNames = 6)
    {
        var driver = new TreeDriver(seed, new PrefixTreeOptions { PromiseSeconds = 8, WindowSeconds = 5 }, wordLengthMax, workerNames);
        int hits = 0;
        for (int step = 0; step < 10_000; step++)
        {
            driver.Step();
            string prompt = driver.Word();
            PrefixMatch match = driver.Match(prompt);
            driver.Tree.CheckIntegrity();
            foreach (WorkerId worker in driver.Model.Workers)
            {
                WorkerMatch found = match[match.Find(worker)];
                (found.ResidentPages, found.ExpectedPages).Should().Be(driver.Model.Match(worker, prompt));
                driver.Tree.ResidentPages(worker).Should().Be(driver.Model.ResidentPages(worker));
                hits += found.ResidentPages;
            }

            driver.Tree.WorkerCount.Should().Be(driver.Model.Workers.Count());
            driver.Tree.PromiseCount.Should().Be(driver.Model.PromiseCount);
            driver.Tree.PageCount.Should().Be(driver.Model.PageCount(), "a page stays as long as somebody holds it or was promised it");
        }

        hits.Should().BeGreaterThan(10_000, "the run must have tested something");
    }

    [Theory]
    [InlineData(11, 40, int.MaxValue, int.MaxValue)]
    [InlineData(12, int.MaxValue, 25, int.MaxValue)]
    [InlineData(13, 30, 20, 3)]
    [InlineData(14, 1, 1, 1)]
    public void ATreeAtItsBoundsStaysWithinThemAndNeverKnowsMoreThanTheTruth(int seed, int pagesMax, int holdersMax, int promisesMax)
    {
        var options = new PrefixTreeOptions { PagesMax = pagesMax, HoldersMax = holdersMax, PromisesMax = promisesMax, PromiseSeconds = 8 };
        var driver = new TreeDriver(seed, options);
        int forgotten = 0;
        for (int step = 0; step < 10_000; step++)
        {
            driver.Step();
            string prompt = driver.Word();
            PrefixMatch match = driver.Match(prompt);
            driver.Tree.CheckIntegrity();
            driver.Tree.PageCount.Should().BeLessThanOrEqualTo(pagesMax);
            driver.Tree.HolderCount.Should().BeLessThanOrEqualTo(holdersMax);
            driver.Tree.PromiseCount.Should().BeLessThanOrEqualTo(promisesMax);
            foreach (WorkerId worker in driver.Model.Workers)
            {
                WorkerMatch found = match[match.Find(worker)];
                (int resident, int expected) = driver.Model.Match(worker, prompt);
                found.ResidentPages.Should().BeLessThanOrEqualTo(resident);
                found.ExpectedPages.Should().BeLessThanOrEqualTo(expected);
                forgotten += expected - found.ExpectedPages;
            }
        }

        forgotten.Should().BeGreaterThan(0, "the bounds must have been reached");
    }
}
