namespace Preble.Core.Workloads;

/// <summary>
/// Questions about clips of video (paper, appendix A.4): the clip as tokens, then a question with choices. The lengths are those of its table, as its text
/// caps the clips at 8192 tokens and contradicts it.
/// </summary>
internal sealed class VideoPrompts
{
    /// <summary>Clips of the paper's grid on two GPUs are 150.</summary>
    public const int ClipsPerWorker = 75;

    /// <summary>Questions about a clip.</summary>
    public const double QuestionsPerClip = 8.6;

    private const double QuestionsDeviation = 2;
    private static readonly Lengths Clip = new(9820, 5976, 2000, 30_000);
    private static readonly Lengths Question = new(45, 10, 24, 96);
    private static readonly Lengths Answer = new(4, 1.5, 1, 12, Skewed: false);

    private readonly PromptSegment[] _clips;
    private readonly int[] _order;
    private int _next;

    /// <param name="catalogue">Draws the clips.</param>
    /// <param name="order">Draws the order of the questions.</param>
    /// <param name="clipsMax">Clips, unless there are too few questions for so many.</param>
    /// <param name="requests">How often <see cref="Next"/> will be called.</param>
    public VideoPrompts(WorkloadRandom catalogue, WorkloadRandom order, int clipsMax, int requests)
    {
        int[] counts = Sharers.Deal(catalogue, requests, QuestionsPerClip, QuestionsDeviation, clipsMax);
        _clips = Array.ConvertAll(Clip.Fit(catalogue, Sharers.Weights(counts)), length => new PromptSegment(catalogue.Bits(), length));
        _order = Sharers.Shuffled(order, counts);
    }

    /// <summary>The next question.</summary>
    public Ask Next(WorkloadRandom random)
    {
        PromptSegment[] prompt = [_clips[_order[_next++]], new(random.Bits(), Question.Draw(random))];
        return new Ask(prompt, new PromptSegment(random.Bits(), Answer.Draw(random)));
    }
}
