namespace Preble.Engine.Cpu;

/// <summary>
/// Least squares over a few coefficients that must not be negative, by relative error. Exact: the best solution solves the plain problem over its
/// positive coefficients, so all subsets are tried.
/// </summary>
internal static class NonNegativeLeastSquares
{
    /// <summary>Most coefficients, since the subsets double with each.</summary>
    internal const int TermsMax = 8;

    /// <summary>Coefficients x &gt;= 0 that minimise the sum over samples of <c>((terms . x - value) / value)^2</c>.</summary>
    /// <param name="samples">At least one; values above 0. Coefficients that the samples do not determine become 0.</param>
    /// <param name="count">Number of coefficients.</param>
    internal static double[] Solve(IReadOnlyList<(double[] Terms, double Value)> samples, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, TermsMax);
        double[] best = new double[count];
        double bestError = Error(samples, best);
        for (int subset = 1; subset < 1 << count; subset++)
        {
            int[] active = [.. Enumerable.Range(0, count).Where(i => (subset >> i & 1) == 1)];
            if (Plain(samples, active) is { } solution && solution.All(x => x >= 0))
            {
                double[] candidate = new double[count];
                for (int i = 0; i < active.Length; i++)
                {
                    candidate[active[i]] = solution[i];
                }

                double error = Error(samples, candidate);
                if (error < bestError)
                {
                    (best, bestError) = (candidate, error);
                }
            }
        }

        return best;
    }

    private static double Error(IReadOnlyList<(double[] Terms, double Value)> samples, double[] x)
    {
        double sum = 0;
        foreach ((double[] terms, double value) in samples)
        {
            double predicted = 0;
            for (int i = 0; i < x.Length; i++)
            {
                predicted += terms[i] * x[i];
            }

            double relative = value > 0 ? (predicted - value) / value : 0;
            sum += relative * relative;
        }

        return sum;
    }

    /// <summary>The plain least squares over some coefficients by the normal equations; null if they are singular.</summary>
    private static double[]? Plain(IReadOnlyList<(double[] Terms, double Value)> samples, int[] active)
    {
        int n = active.Length;
        double[] scale = [.. active.Select(a => samples.Where(s => s.Value > 0).Select(s => Math.Abs(s.Terms[a] / s.Value)).DefaultIfEmpty(0).Max())];
        if (scale.Any(s => s == 0))
        {
            return null;
        }

        double[,] m = new double[n, n + 1];
        foreach ((double[] terms, double value) in samples.Where(s => s.Value > 0))
        {
            for (int i = 0; i < n; i++)
            {
                double row = terms[active[i]] / value / scale[i];
                for (int j = 0; j < n; j++)
                {
                    m[i, j] += row * (terms[active[j]] / value / scale[j]);
                }

                m[i, n] += row;
            }
        }

        return Eliminate(m, n) is { } solution ? [.. solution.Select((x, i) => x / scale[i])] : null;
    }

    private static double[]? Eliminate(double[,] m, int n)
    {
        for (int column = 0; column < n; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < n; row++)
            {
                pivot = Math.Abs(m[row, column]) > Math.Abs(m[pivot, column]) ? row : pivot;
            }

            if (Math.Abs(m[pivot, column]) < 1e-12)
            {
                return null;
            }

            for (int j = 0; j <= n; j++)
            {
                (m[column, j], m[pivot, j]) = (m[pivot, j], m[column, j]);
            }

            for (int row = 0; row < n; row++)
            {
                double factor = row == column ? 0 : m[row, column] / m[column, column];
                for (int j = column; j <= n; j++)
                {
                    m[row, j] -= factor * m[column, j];
                }
            }
        }

        double[] x = new double[n];
        for (int i = 0; i < n; i++)
        {
            x[i] = m[i, n] / m[i, i];
        }

        return x;
    }
}
