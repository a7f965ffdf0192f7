using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

public sealed class RequestRecordsTests
{
    private const int RecordsMax = 8;
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(5);
    private readonly RequestRecords _records = new(RecordsMax, Age);

    [Fact]
    public void InWhateverOrderAndHoweverOftenWordsComeTheEndIsTheLast()
    {
        RequestDescription end = Word("r", 2, Outcome.Completed);
        RequestDescription[] words = [Word("r", 1), Word("r", 2), end, end with { Placement = Explanation }];
        var random = new Random(1);
        for (int round = 0; round < 100; round++)
        {
            var records = new RequestRecords(RecordsMax, Age);
            foreach (RequestDescription word in words.Concat(words).OrderBy(_ => random.Next()))
            {
                records.Keep(word, TimeSpan.Zero);
            }

            records.Find("r").Should().Be(words[3], "the end is told at once, and again with why it was placed there");
        }
    }

    [Fact]
    public void OfTwoPlacementsTheLaterCounts()
    {
        _records.Keep(Word("r", 2), TimeSpan.Zero);
        _records.Keep(Word("r", 1), TimeSpan.Zero);

        _records.Find("r")!.Attempts.Should().Be(2);
    }

    [Fact]
    public void InWhateverOrderWordsComeTheLatestRunIsFoundUnderTheFirstIdAndEachUnderItsOwn()
    {
        RequestDescription[] words =
        [
            Word("r", 3, Outcome.Cancelled),
            Word("s", 1) with { FirstId = "r", Run = 1 }, Word("s", 1, Outcome.Cancelled) with { FirstId = "r", Run = 1 },
            Word("t", 1) with { FirstId = "r", Run = 2 }, Word("t", 1, Outcome.Completed) with { FirstId = "r", Run = 2 },
        ];
        var random = new Random(2);
        for (int round = 0; round < 100; round++)
        {
            var records = new RequestRecords(RecordsMax, Age);
            foreach (RequestDescription word in words.Concat(words).OrderBy(_ => random.Next()))
            {
                records.Keep(word, TimeSpan.Zero);
            }

            (records.Find("r"), records.Find("s"), records.Find("t")).Should().Be((words[4], words[2], words[4]));
        }
    }

    [Fact]
    public void TheOldestGoesWhenTheNumberOrTheAgeIsReached()
    {
        for (int index = 0; index < 3 * RecordsMax; index++)
        {
            _records.Keep(Word($"r{index}", 1), TimeSpan.Zero);
            _records.Count.Should().BeLessThanOrEqualTo(RecordsMax);
        }

        _records.Find($"r{(2 * RecordsMax) - 1}").Should().BeNull();
        _records.Find($"r{2 * RecordsMax}").Should().NotBeNull();

        _records.Keep(Word("late", 1), Age + TimeSpan.FromSeconds(1));
        _records.Count.Should().Be(1);
        _records.Find("late").Should().NotBeNull();
    }

    private static PlacementExplanation Explanation { get; } = new()
    {
        RequestId = "r",
        Policy = "e2",
        WorkerId = "w",
        PromptTokens = 1,
        PredictedTtftSeconds = 0,
        ExpectedCachedTokens = 0,
        PredictedPrefillSeconds = 0,
        Table = [],
    };

    private static RequestDescription Word(string id, int attempts, Outcome? outcome = null) => new()
    {
        RequestId = id,
        Model = "m",
        State = outcome is null ? RequestState.Queued : RequestState.Completed,
        PromptTokens = 1,
        Choices = 1,
        CachedTokens = 0,
        CompletionTokens = 0,
        Attempts = attempts,
        Outcome = outcome,
    };
}
