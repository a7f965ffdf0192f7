namespace Preble.Engine.Sampling;

/// <summary>
/// Moves the heaviest of weighted tokens to the front, heavier first and lower id first among equals, without ordering them further: quickselect,
/// with pivots from a fixed random sequence so that no input makes it quadratic.
/// </summary>
/// <param name="weights">Positive weights.</param>
/// <param name="ids">The ids that go with them.</param>
internal readonly ref struct PartialSelection(Span<float> weights, Span<int> ids)
{
    private readonly Span<float> _weights = weights;
    private readonly Span<int> _ids = ids;

    /// <summary>Keeps the <paramref name="count"/> heaviest at the front.</summary>
    /// <param name="count">At most the number of tokens, at least 1.</param>
    internal int KeepLargest(int count)
    {
        var (low, high) = (0, _weights.Length);
        for (var round = 0UL; high - low > 1; round++)
        {
            var middle = Partition(low, high, round);
            if (middle + 1 <= count)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }

            if (low == count)
            {
                break;
            }
        }

        return count;
    }

    /// <summary>
    /// Keeps the fewest of the first <paramref name="count"/> that together have at least <paramref name="share"/> of their weight.
    /// </summary>
    /// <returns>How many are kept; at least 1.</returns>
    internal int KeepNucleus(int count, double share)
    {
        var missing = share * LogitMath.Sum(_weights[..count]);
        var (low, high) = (0, count);
        for (var round = 0UL; high - low > 1; round++)
        {
            // Everything before low is kept; the border lies in [low, high).
            var middle = Partition(low, high, round);
            var heavier = LogitMath.Sum(_weights[low..middle]);
            if (heavier >= missing)
            {
                high = middle;
            }
            else if (heavier + _weights[middle] >= missing)
            {
                return middle + 1;
            }
            else
            {
                missing -= heavier + _weights[middle];
                low = middle + 1;
            }
        }

        return Math.Min(low + 1, count);
    }

    /// <summary>Orders [low, high) around a pivot.</summary>
    /// <returns>Where the pivot came to stand: heavier ones before it, lighter ones behind it.</returns>
    private int Partition(int low, int high, ulong round)
    {
        Swap(low + (int)(CounterRandom.Bits(0, round) % (ulong)(high - low)), high - 1);
        var (weight, id) = (_weights[high - 1], _ids[high - 1]);
        var middle = low;
        for (var i = low; i < high - 1; i++)
        {
            if (_weights[i] > weight || (_weights[i] == weight && _ids[i] < id))
            {
                Swap(i, middle++);
            }
        }

        Swap(middle, high - 1);
        return middle;
    }

    private void Swap(int a, int b)
    {
        (_weights[a], _weights[b]) = (_weights[b], _weights[a]);
        (_ids[a], _ids[b]) = (_ids[b], _ids[a]);
    }
}
