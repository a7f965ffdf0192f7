using System.Runtime.CompilerServices;

namespace Preble.Engine.Compute;

/// <summary>The one order in which sixteen partial results become one, in every kernel set.</summary>
internal static unsafe class SixteenLanes
{
    internal const int Count = 16;

    /// <summary>Rounds up to whole groups of sixteen.</summary>
    internal static int RoundUp(int count) => (count + Count - 1) & -Count;

    /// <summary>Sum of sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Sum(float* lanes)
    {
        for (int half = Count / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                lanes[i] += lanes[i + half];
            }
        }

        return lanes[0];
    }

    /// <summary>Largest of sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Max(float* lanes)
    {
        float max = lanes[0];
        for (int i = 1; i < Count; i++)
        {
            max = lanes[i] > max ? lanes[i] : max;
        }

        return max;
    }
}
