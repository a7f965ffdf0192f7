using Preble.Core;
using Preble.Core.Serving;
using Preble.Engine.Cpu;
using Preble.Engine.Tests.Support;

namespace Preble.Engine.Tests.Cpu;

/// <summary>The measured rates, against workers whose rates are known because their steps move a fake clock.</summary>
public sealed class RatesTests
{
    [Fact]
    public void TheRatesOfAWorkerThatFollowsTheModelAreFound()
    {
        var random = new Random(2);
        for (int round = 0; round < 50; round++)
        {
            var rates = new WorkerRates(
                random.NextDouble() * 4e-5, random.NextDouble() * 1e-8, random.NextDouble() * 1e-3, random.NextDouble() * 1e-4, random.NextDouble() * 1e-7);
            var worker = new TimedWorker(rates, 100, 1024);
            WorkerRates found = RatesProbe.Measure(worker, worker.Clock);
            foreach ((double cached, double missed) in new[] { (0.0, 50.0), (0, 500), (300, 100), (500, 1) })
            {
                found.PrefillSeconds(missed, cached).Should().BeApproximately(rates.PrefillSeconds(missed, cached), 1e-6);
            }

            foreach ((double sequences, double context) in new[] { (1.0, 100.0), (4, 2000), (16, 8000) })
            {
                found.DecodeStepSeconds(sequences, context).Should().BeApproximately(rates.DecodeStepSeconds(sequences, context), 1e-6);
            }
        }
    }

    /// <summary>As where a silo starts while others compute: of the steps so many take some hundred times as long, and hardly ever does the worker seem to.</summary>
    [Theory]
    [InlineData(0.25, 0.02, 0.1)]
    [InlineData(0.25, 0.15, 0.4)]
    [InlineData(0.5, 0.02, 0.1)]
    public void AMachineThatDoesSomethingElseMeanwhileIsNotTakenForASlowOne(double share, double least, double most)
    {
        const int rounds = 300;
        var random = new Random(5);
        var rates = new WorkerRates(3e-5, 1e-8, 1e-4, 3e-5, 4e-8);
        int wrong = 0;
        for (int round = 0; round < rounds; round++)
        {
            var worker = new TimedWorker(rates, 1024, 1024) { Disturbance = () => random.NextDouble() < share ? least + ((most - least) * random.NextDouble()) : 0 };
            WorkerRates found = RatesProbe.Measure(worker, worker.Clock);
            double prefill = found.PrefillSeconds(300, 100) / rates.PrefillSeconds(300, 100);
            double decode = found.DecodeStepSeconds(8, 2000) / rates.DecodeStepSeconds(8, 2000);
            wrong += prefill is > 0.5 and < 4 && decode is > 0.5 and < 4 ? 0 : 1;
            worker.Clock.GetElapsedTime(0).Should().BeLessThan(RatesProbe.Patience + TimeSpan.FromSeconds(2));
        }

        wrong.Should().BeLessThan(rounds / 10);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(0.1)]
    [InlineData(10)]
    public void ASlowModelIsMeasuredWithFewSteps(double secondsPerToken)
    {
        var rates = new WorkerRates(secondsPerToken, 0, secondsPerToken, 0, 0);
        var worker = new TimedWorker(rates, 1000, 4096);
        WorkerRates found = RatesProbe.Measure(worker, worker.Clock);

        // Warm-up of 5 tokens, one prefill of 32 and one decode are owed in any case; beyond that the budget counts.
        worker.Clock.GetElapsedTime(0).TotalSeconds.Should().BeLessThan(RatesProbe.Budget.TotalSeconds + (40 * secondsPerToken));
        found.PrefillSeconds(100, 0).Should().BeApproximately(rates.PrefillSeconds(100, 0), 1e-3 * 100 * secondsPerToken);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(2, 5)]
    [InlineData(3, 40)]
    public void AWorkerOfFewPagesCanBeMeasured(int pages, int context)
    {
        var worker = new TimedWorker(new WorkerRates(1e-5, 0, 1e-4, 1e-5, 0), pages, context);
        WorkerRates found = RatesProbe.Measure(worker, worker.Clock);
        found.Alpha.Should().BeGreaterThan(0);
        found.DecodeStepSeconds(1, 1).Should().BeGreaterThan(0);
    }

    /// <summary>What nobody wrote is not a number on a GPU, or whatever another left there; as fast as it may be read, it says nothing.</summary>
    [Fact]
    public void HoweverLongStepsTakeTheyReadOnlyWhatWasWritten()
    {
        var random = new Random(7);
        for (int round = 0; round < 500; round++)
        {
            var rates = new WorkerRates(Small(1e-2), Small(1e-4), Small(1), Small(1e-1), Small(1e-3));
            var worker = new TimedWorker(rates, random.Next(1, 80), random.Next(1, 1100), random.Next(1, 40))
            {
                Disturbance = () => random.Next(2) == 0 ? 0 : Small(1),
            };
            RatesProbe.Measure(worker, worker.Clock);
            worker.ReadsUnwritten.Should().BeNull("of {0} pages of {1} tokens, of contexts up to {2}", worker.PageCount, worker.PageTokens, worker.ContextTokensMax);
        }

        double Small(double most) => most * Math.Pow(10, -6 * random.NextDouble());
    }

    [Fact]
    public void TheBundledModelHasSensibleRates()
    {
        using CpuModel model = CpuModel.Load(Demo.Folder, new CpuOptions());
        using var pass = new CpuForwardPass(model, 64, 16, 1);
        WorkerRates rates = RatesProbe.Measure(pass, TimeProvider.System);
        new[] { rates.Alpha, rates.Beta, rates.T0, rates.Gamma, rates.Delta }.Should().OnlyContain(r => r >= 0 && double.IsFinite(r));
        rates.PrefillSeconds(100, 0).Should().BePositive();
        rates.DecodeStepSeconds(1, 100).Should().BePositive();
    }

    [Fact]
    public void LeastSquaresNeverGivesANegativeRateAndFindsExactOnes()
    {
        var random = new Random(4);
        for (int round = 0; round < 500; round++)
        {
            double[] truth = [random.Next(2) * random.NextDouble(), random.NextDouble(), random.Next(2) * random.NextDouble()];
            double noise = round % 2 == 0 ? 0 : 0.3;
            (double[] Terms, double Value)[] samples =
            [
                .. Enumerable.Range(0, 12).Select(_ =>
                {
                    double[] terms = [1, 1 + random.Next(30), random.Next(2000)];
                    double value = terms.Zip(truth, (a, b) => a * b).Sum() + 1e-9;
                    return (terms, value * (1 + (noise * (random.NextDouble() - 0.5))));
                }),
            ];
            double[] found = NonNegativeLeastSquares.Solve(samples, 3);
            found.Should().OnlyContain(x => x >= 0);
            if (noise == 0)
            {
                samples.Should().OnlyContain(s => Math.Abs(s.Terms.Zip(found, (a, b) => a * b).Sum() - s.Value) < 1e-6 * (1 + s.Value));
            }
        }
    }

    /// <summary>A worker whose steps take exactly what the model of rates says, on its own clock.</summary>
    private sealed class TimedWorker(WorkerRates rates, int pages, int context, int pageTokens = 16) : IForwardPass
    {
        // By position in the pages, the step that wrote it last.
        private readonly int[] _writtenIn = new int[pages * pageTokens];
        private int _steps;

        internal ManualClock Clock { get; } = new();

        /// <summary>Seconds that a step takes longer.</summary>
        internal Func<double> Disturbance { get; init; } = () => 0;

        public int VocabularySize => 10;

        /// <summary>The first read of a position that no step before it wrote, in words; null if there was none.</summary>
        internal string? ReadsUnwritten { get; private set; }

        public int PageTokens => pageTokens;

        public int PageCount => pages;

        public int ContextTokensMax { get; } = Math.Min(context, pages * pageTokens);

        public void Forward(ReadOnlySpan<BatchEntry> batch)
        {
            new BatchCheck(this).Check(batch);
            Note(batch);
            bool decode = batch[0].Tokens.Length == 1 && batch[0].Start > 0;
            double total = 0;
            foreach (BatchEntry entry in batch)
            {
                total += entry.Start + entry.Tokens.Length;
            }

            Clock.Advance(Disturbance() + (decode ? rates.DecodeStepSeconds(batch.Length, total) : rates.PrefillSeconds(batch[0].Tokens.Length, batch[0].Start)));
        }

        public Span<float> Logits(int index) => throw new NotSupportedException("Nothing reads them.");

        // Entries do not read each other's tokens of the same step.
        private void Note(ReadOnlySpan<BatchEntry> batch)
        {
            _steps++;
            foreach (BatchEntry entry in batch)
            {
                for (int i = 0; i < entry.Tokens.Length; i++)
                {
                    _writtenIn[Slot(entry, entry.Start + i)] = _steps;
                }
            }

            foreach (BatchEntry entry in batch)
            {
                for (int position = 0; position < entry.Start; position++)
                {
                    int step = _writtenIn[Slot(entry, position)];
                    ReadsUnwritten ??= step > 0 && step < _steps ? null : $"position {position} of {batch.Length} entries of {entry.Tokens.Length} tokens at {entry.Start}";
                }
            }
        }

        private int Slot(in BatchEntry entry, int position) => (entry.Pages.Span[position / pageTokens] * pageTokens) + (position % pageTokens);
    }
}
