using Preble.Core;
using Preble.Core.Serving;

namespace Preble.Engine.Cpu;

/// <summary>
/// Measures how fast a worker is, before it serves: a few prefills and decode steps, then least squares with rates that are not negative.
/// </summary>
public static class RatesProbe
{
    /// <summary>
    /// What steps may take together, each repeat counted as the best one of its step: what others took longer, as the machine did something else meanwhile, says
    /// nothing of how large the model is. The demonstration model needs less; of a large one the smallest step of each kind is computed, which may take longer.
    /// </summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(0.3);

    /// <summary>Time by the clock after which a step is not repeated to confirm its best time.</summary>
    public static readonly TimeSpan StepPatience = TimeSpan.FromSeconds(0.3);

    /// <summary>Time by the clock after which nothing more is computed than is owed: a start does not wait for a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Most sequences of a probing decode step.</summary>
    private const int SequencesMax = 16;

    /// <summary>Longest probing prompt, in tokens.</summary>
    private const int ContextMax = 512;

    /// <summary>Times that a step is computed, if it takes about as long each time.</summary>
    private const int Repeats = 4;

    /// <summary>The same, if it does not.</summary>
    private const int RepeatsMax = 24;

    /// <summary>Seconds that a machine may pause for; what takes longer is a large model.</summary>
    private const double PauseMax = 1;

    /// <summary>A third best time that is no longer than so many best ones confirms it: what was disturbed was hardly disturbed three times alike.</summary>
    private const double Agreement = 1.1;

    /// <summary>Measures a pass. It overwrites the pages, so it runs before any of them is in use.</summary>
    /// <param name="pass">The pass to measure.</param>
    /// <param name="clock">Time.</param>
    public static WorkerRates Measure(IForwardPass pass, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(pass);
        ArgumentNullException.ThrowIfNull(clock);
        var run = new ProbeRun(pass, clock, Budget);
        int context = Math.Min(ContextMax, pass.ContextTokensMax);

        // The smallest steps come first: on a slow machine they may be all that fits. Their first run compiles the kernels and does not count.
        run.Warm(Math.Min(4, context));
        foreach (int part in new[] { context / 16, context / 4, context })
        {
            int tokens = Math.Max(part, Math.Min(pass.PageTokens, context));
            run.Prefill(0, tokens);
            run.Decode(1, tokens);
        }

        run.Prefill(context - Math.Max(1, context / 8), Math.Max(1, context / 8));
        int pagesBehind = Math.Max(0, pass.PageCount - (context / pass.PageTokens) - 1);
        foreach (int sequences in new[] { 4, SequencesMax })
        {
            run.Decode(Math.Min(sequences, 1 + pagesBehind), Math.Max(1, context / 4));
        }

        run.Decode(Math.Min(SequencesMax, 1 + pagesBehind), context);
        return run.Fit();
    }

    /// <summary>The steps of one measurement and their times.</summary>
    private sealed class ProbeRun(IForwardPass pass, TimeProvider clock, TimeSpan budget)
    {
        private readonly long _start = clock.GetTimestamp();
        private double _spent;
        private int _pagesWritten;
        private readonly List<(double[] Terms, double Seconds)> _prefills = [];
        private readonly List<(double[] Terms, double Seconds)> _decodes = [];
        private readonly int[] _tokens = new int[Math.Min(ContextMax, pass.ContextTokensMax)];

        internal void Warm(int tokens)
        {
            Forward([Entry(0, tokens, 0)]);
            Forward([Entry(0, 1, 0)]);
        }

        /// <summary>A prefill behind whole pages of context, the largest number that is no more than what is cached.</summary>
        internal void Prefill(int cached, int tokens)
        {
            int page = cached / pass.PageTokens;
            int start = page * pass.PageTokens;
            if (Time(_prefills, [tokens, tokens * (start + (tokens / 2.0))], [Entry(start, tokens, page)]) && page == 0)
            {
                _pagesWritten = Math.Max(_pagesWritten, tokens / pass.PageTokens);
            }
        }

        /// <summary>A decode step of equal sequences that share all pages but the last, of which each has one for itself and writes the first token.</summary>
        internal void Decode(int sequences, int contextMax)
        {
            int last = (contextMax - 1) / pass.PageTokens;
            int start = last * pass.PageTokens;
            int shared = (_tokens.Length + pass.PageTokens - 1) / pass.PageTokens;
            var batch = new BatchEntry[sequences];
            for (int i = 0; i < sequences; i++)
            {
                batch[i] = Entry(start, 1, i == 0 ? last : shared + i - 1);
            }

            Time(_decodes, [1, sequences, sequences * (start + 1.0)], batch);
        }

        internal WorkerRates Fit()
        {
            double[] prefill = NonNegativeLeastSquares.Solve(_prefills, 2);
            double[] decode = NonNegativeLeastSquares.Solve(_decodes, 3);
            return new WorkerRates(prefill[0], prefill[1], decode[0], decode[1], decode[2]);
        }

        // The context is what a prefill has written, again and again where one of that length did not fit: unwritten memory is no number on a GPU, and none at all on
        // a CPU. As requests are: where the pass chooses tokens, its logits are not brought over.
        private BatchEntry Entry(int start, int tokens, int ownPage)
        {
            IEnumerable<int> context = Enumerable.Range(0, start / pass.PageTokens).Select(page => page % _pagesWritten);
            IEnumerable<int> own = Enumerable.Range(ownPage, (tokens + pass.PageTokens - 1) / pass.PageTokens);
            return new BatchEntry(_tokens.AsMemory(0, tokens), start, (int[])[.. context, .. own], true) { Choice = pass.ChoosesTokens ? TokenChoice.Greedy : null };
        }

        /// <summary>False if the step was not computed.</summary>
        private bool Time(List<(double[] Terms, double Seconds)> samples, double[] terms, BatchEntry[] batch)
        {
            long start = clock.GetTimestamp();
            var times = new List<double>();
            while (times.Count < Repeats || (times.Count < RepeatsMax && !Agree(times, 3) && clock.GetElapsedTime(start) < StepPatience))
            {
                // One sample of each kind is owed however slow the model is; a repeat must be expected to fit. A first time alone may be a pause, not the model's.
                double expected = times.Count > 0 ? times[0] : Expect(samples, terms);
                bool isOwed = times.Count == 0 ? samples.Count == 0 : times.Count == 1 && times[0] <= PauseMax;
                bool fits = _spent + Spent(times) + expected <= budget.TotalSeconds && clock.GetElapsedTime(_start) < Patience;
                if (!fits && !isOwed)
                {
                    break;
                }

                times.Add(Forward(batch));
                times.Sort();
            }

            if (times.Count > 0)
            {
                _spent += Spent(times);
                samples.Add((terms, times[0]));
            }

            return times.Count > 0;
        }

        /// <summary>Whether so many of the best times confirm each other.</summary>
        private static bool Agree(List<double> times, int count) => times[count - 1] <= Agreement * times[0];

        /// <summary>What repeats take of the budget: as many best ones; nothing if they are so disturbed that the best one may be, too.</summary>
        private static double Spent(List<double> times) => times.Count > 0 && Agree(times, Math.Min(3, times.Count)) ? times.Count * times[0] : 0;

        // In proportion to the first term that grows, from the latest sample; 0 before there is one.
        private static double Expect(List<(double[] Terms, double Seconds)> samples, double[] terms)
        {
            if (samples.Count == 0)
            {
                return 0;
            }

            (double[] seen, double seconds) = samples[^1];
            double ratio = 0;
            for (int i = 0; i < terms.Length; i++)
            {
                ratio = Math.Max(ratio, terms[i] / seen[i]);
            }

            return seconds * ratio;
        }

        private double Forward(BatchEntry[] batch)
        {
            long start = clock.GetTimestamp();
            pass.Forward(batch);
            return clock.GetElapsedTime(start).TotalSeconds;
        }
    }
}
