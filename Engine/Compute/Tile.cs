namespace Preble.Engine.Compute;

/// <summary>
/// What one call of a <see cref="TileKernel{TSimd,TVector,TFormat}"/> computes: <c>C[r, c] (+)= sum over steps s of A[r, s] * W[s, c]</c>, one step
/// after the other, for up to six rows and up to eight vectors of columns. Columns come in units of two vectors.
/// </summary>
internal unsafe struct Tile
{
    /// <summary>First row, contiguous over steps.</summary>
    internal float* A;

    /// <summary>From one row of A to the next, in numbers.</summary>
    internal nint AStride;

    /// <summary>Number of steps.</summary>
    internal nint Steps;

    /// <summary>The units' words at step 0; see <see cref="IWeightFormat"/>.</summary>
    internal byte* Near0, Far0, Near1, Far1, Near2, Far2, Near3, Far3;

    /// <summary>From one step to the next, in bytes.</summary>
    internal nint StepBytes;

    /// <summary>
    /// Pages that hold the steps, or null if the steps follow each other: every <see cref="PageSteps"/> steps, the next page's offset counts.
    /// </summary>
    internal int* Pages;

    /// <summary>Steps in a page; at least <see cref="Steps"/> without pages.</summary>
    internal nint PageSteps;

    /// <summary>From one page to the next, in bytes.</summary>
    internal nint PageBytes;

    /// <summary>First row of the result.</summary>
    internal float* C;

    /// <summary>From one row of the result to the next, in numbers.</summary>
    internal nint CStride;

    /// <summary>Column of each vector in C, in numbers.</summary>
    internal nint Low0, High0, Low1, High1, Low2, High2, Low3, High3;

    /// <summary>Whether the sums go on from what C holds, instead of from zero.</summary>
    internal bool Accumulate;
}
