using Preble.Core.Placement;

namespace Preble.Core.Tests.Placement;

/// <summary>A worker of which only the work of its steps is real: prompts in order, in chunks, with all that decodes beside each; its steps take what the
/// true rates say, give or take the noise.</summary>
internal sealed class MeasuredWorker(WorkerRates truth, Mix mix, Random random, double noise = 0.1)
{
    private const int ChunkTokens = 2048;
    private readonly List<(int Context, int Left)> _decoding = [];
    private readonly Queue<(int Missed, int Cached, int Output)> _waiting = new();
    private int _missed;
    private int _computed;
    private int _output;

    /// <summary>Requests that have ended.</summary>
    public int Ended { get; private set; }

    public WorkerRates Truth { get; set; } = truth;

    /// <summary>Seconds that the step would take without noise.</summary>
    public static double Seconds(in WorkerRates rates, in StepSums work) =>
        (rates.Alpha * work.PrefillTokens) + (rates.Beta * work.PrefillSquares) + (rates.T0 * work.Steps) + (rates.Gamma * work.DecodeSequences)
        + (rates.Delta * work.DecodeContextTokens);

    public StepSums Step()
    {
        while (_decoding.Count + _waiting.Count + (_missed > 0 ? 1 : 0) < mix.Concurrency)
        {
            int prompt = random.Next(mix.PromptMin, mix.PromptMax + 1);
            int cached = (int)(prompt * mix.CachedShare * random.NextDouble());
            _waiting.Enqueue((prompt - cached, cached, 1 + random.Next(2 * mix.OutputMean)));
        }

        if (_missed == 0 && _waiting.TryDequeue(out var next))
        {
            (_missed, _computed, _output) = next;
        }

        int chunk = Math.Min(_missed, ChunkTokens);
        var work = new StepSums(1, 0, chunk, chunk * (_computed + (chunk / 2.0)), _decoding.Count, _decoding.Sum(one => (long)one.Context));
        for (int i = _decoding.Count - 1; i >= 0; i--)
        {
            _decoding[i] = (_decoding[i].Context + 1, _decoding[i].Left - 1);
            if (_decoding[i].Left <= 0)
            {
                _decoding.RemoveAt(i);
                Ended++;
            }
        }

        if (_missed > 0)
        {
            _missed -= chunk;
            _computed += chunk;
            if (_missed == 0)
            {
                _decoding.Add((_computed, _output));
            }
        }

        return work with { Seconds = Seconds(Truth, work) * Math.Exp(noise * Normal(random)) };
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
