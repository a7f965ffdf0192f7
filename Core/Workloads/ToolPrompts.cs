namespace Preble.Core.Workloads;

/// <summary>
/// Questions to an assistant with tools (paper, appendix A.1): one system prompt for all, instructions of one tool, which some tools have far more use for
/// than others, and a question that nobody else asks.
/// </summary>
internal sealed class ToolPrompts
{
    /// <summary>Tools of the paper's grid on two GPUs are 200.</summary>
    public const int ToolsPerWorker = 100;

    private static readonly Lengths Instructions = new(1455, 742, 250, 3600);
    private static readonly Lengths Question = new(206, 60, 32, 450);
    private static readonly Lengths Answer = new(43, 16, 4, 256);
    private const int SystemTokens = 174;

    private readonly PromptSegment _system;
    private readonly PromptSegment[] _tools;
    private readonly double[] _until;

    /// <param name="random">Draws the tools.</param>
    /// <param name="tools">How many, at least 1.</param>
    /// <param name="zipf">As in <see cref="WorkloadOptions.ToolZipf"/>.</param>
    public ToolPrompts(WorkloadRandom random, int tools, double zipf)
    {
        _system = new PromptSegment(random.Bits(), SystemTokens);
        _until = new double[tools];
        var weights = new double[tools];
        double sum = 0;
        for (int rank = 0; rank < tools; rank++)
        {
            weights[rank] = PortableMath.Exp(-zipf * PortableMath.Ln(rank + 1));
            sum += weights[rank];
            _until[rank] = sum;
        }

        _tools = Array.ConvertAll(Instructions.Fit(random, weights), length => new PromptSegment(random.Bits(), length));
    }

    /// <summary>The next question.</summary>
    public Ask Next(WorkloadRandom random)
    {
        int found = Array.BinarySearch(_until, random.Share() * _until[^1]);
        PromptSegment tool = _tools[Math.Min(found < 0 ? ~found : found + 1, _tools.Length - 1)];
        PromptSegment[] prompt = [_system, tool, new(random.Bits(), Question.Draw(random))];
        return new Ask(prompt, new PromptSegment(random.Bits(), Answer.Draw(random)));
    }
}
