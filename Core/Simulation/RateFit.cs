using Preble.Core.Serving;

namespace Preble.Core.Simulation;

/// <summary>
/// The rates that come closest to a timing model: least squares of the relative error over steps of 1 to 256 decodes with contexts of 256 to 16,384 tokens, and
/// chunks of 256 to 8,192 tokens behind 0 to 24,576. No rate is negative: one that would be is 0, and the others are fitted without it.
/// </summary>
internal static class RateFit
{
    private const int Count = 5;

    public static WorkerRates Of(IStepTiming timing)
    {
        var normal = new double[Count, Count];
        var right = new double[Count];
        foreach (int sequences in (ReadOnlySpan<int>)[1, 4, 16, 64, 256])
        {
            foreach (int context in (ReadOnlySpan<int>)[256, 1024, 4096, 16_384])
            {
                var batch = new BatchEntry[sequences];
                Array.Fill(batch, Entry(1, context - 1));
                Add([0, 0, 1, sequences, (double)sequences * context], timing.StepSeconds(batch));
            }
        }

        foreach (int chunk in (ReadOnlySpan<int>)[256, 512, 1024, 2048, 4096, 8192])
        {
            foreach (int cached in (ReadOnlySpan<int>)[0, 2048, 8192, 24_576])
            {
                Add([chunk, chunk * (cached + (chunk / 2.0)), 1, 0, 0], timing.StepSeconds([Entry(chunk, cached)]));
            }
        }

        double[] rates = Solve(normal, right);
        return new WorkerRates(rates[0], rates[1], rates[2], rates[3], rates[4]);

        void Add(ReadOnlySpan<double> features, double seconds)
        {
            for (int row = 0; row < Count; row++)
            {
                right[row] += features[row] / seconds;
                for (int column = 0; column < Count; column++)
                {
                    normal[row, column] += features[row] * features[column] / (seconds * seconds);
                }
            }
        }
    }

    private static BatchEntry Entry(int tokens, int start) => new(new int[tokens], start, default, WantsLogits: false);

    private static double[] Solve(double[,] normal, double[] right)
    {
        var used = new bool[Count];
        Array.Fill(used, true);
        while (true)
        {
            double[] rates = Eliminate(normal, right, used);
            int worst = Array.FindIndex(rates, rate => rate < 0);
            if (worst < 0)
            {
                return rates;
            }

            used[worst] = false;
        }
    }

    private static double[] Eliminate(double[,] normal, double[] right, bool[] used)
    {
        var matrix = (double[,])normal.Clone();
        var values = (double[])right.Clone();
        for (int i = 0; i < Count; i++)
        {
            for (int j = 0; j < Count && !used[i]; j++)
            {
                matrix[i, j] = matrix[j, i] = i == j ? 1 : 0;
                values[i] = 0;
            }
        }

        // Symmetric and positive definite: no pivots are needed.
        for (int pivot = 0; pivot < Count; pivot++)
        {
            for (int row = 0; row < Count; row++)
            {
                if (row == pivot)
                {
                    continue;
                }

                double factor = matrix[row, pivot] / matrix[pivot, pivot];
                for (int column = pivot; column < Count; column++)
                {
                    matrix[row, column] -= factor * matrix[pivot, column];
                }

                values[row] -= factor * values[pivot];
            }
        }

        for (int i = 0; i < Count; i++)
        {
            values[i] /= matrix[i, i];
        }

        return values;
    }
}
