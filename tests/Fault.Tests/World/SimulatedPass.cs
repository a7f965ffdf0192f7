using Preble.Core.Serving;

namespace Preble.Fault.Tests.World;

/// <summary>
/// <see cref="SimulatedModel"/> with a memory of pages: each slot keeps the state after its token, so that a page that is reused wrongly, or given away
/// too early, shows as wrong text. The engine's clock runs ahead by what a step takes.
/// </summary>
internal sealed class SimulatedPass(int pages, EngineClock clock) : IForwardPass
{
    private readonly ulong[] _memory = new ulong[pages * SimulatedModel.PageTokens];
    private readonly float[] _logits = new float[SimulatedModel.VocabularySize];
    private readonly List<ulong> _states = [];

    public int VocabularySize => _logits.Length;

    public int PageTokens => SimulatedModel.PageTokens;

    public int PageCount => pages;

    public int ContextTokensMax => SimulatedModel.ContextTokensMax;

    /// <summary>How many times longer than normal the steps take.</summary>
    public double Slowness { get; set; } = 1;

    public void Forward(ReadOnlySpan<BatchEntry> batch)
    {
        _states.Clear();
        int tokens = 0;
        foreach (BatchEntry entry in batch)
        {
            ReadOnlySpan<int> pages = entry.Pages.Span;
            ulong state = entry.Start == 0 ? 0 : _memory[Slot(pages, entry.Start - 1)];
            int position = entry.Start;
            foreach (int token in entry.Tokens.Span)
            {
                state = SimulatedModel.Next(state, token);
                _memory[Slot(pages, position++)] = state;
            }

            _states.Add(state);
            tokens += entry.Tokens.Length;
        }

        clock.Ahead += TimeSpan.FromMilliseconds(Slowness * (5 + (0.1 * tokens)));
    }

    public Span<float> Logits(int index)
    {
        SimulatedModel.Logits(_states[index], _logits);
        return _logits;
    }

    private static int Slot(ReadOnlySpan<int> pages, int position) =>
        (pages[position / SimulatedModel.PageTokens] * SimulatedModel.PageTokens) + (position % SimulatedModel.PageTokens);
}
