using System.Numerics;

namespace Preble.Kernels.Serving;

/// <summary>The sizes that decode steps are rounded up to, so that few graphs serve all of them.</summary>
internal static class GraphBuckets
{
    private const int Unit = 8;

    /// <summary>1, 2, 4, 8, 16, 24, 32 and so on.</summary>
    internal static int Batch(int sequences) => sequences <= Unit ? (int)BitOperations.RoundUpToPowerOf2((uint)sequences) : (sequences + Unit - 1) / Unit * Unit;
}
