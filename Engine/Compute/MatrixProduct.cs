namespace Preble.Engine.Compute;

/// <summary>Rows of activations times a packed matrix.</summary>
internal unsafe struct MatrixProduct
{
    /// <summary>[Rows, Matrix.Steps]</summary>
    internal float* A;

    /// <summary>From one row of A to the next, in numbers.</summary>
    internal nint AStride;

    /// <summary>Rows of activations.</summary>
    internal int Rows;

    /// <summary>The weights.</summary>
    internal PackedMatrix Matrix;

    /// <summary>[Rows, columns of the epilogue], padding included.</summary>
    internal float* Out;

    /// <summary>From one row of Out to the next, in numbers; at least the padded columns.</summary>
    internal nint OutStride;

    /// <summary>What is done with the sums.</summary>
    internal Epilogue Epilogue;

    /// <summary>[Matrix.Columns], in the order of the packed columns; null for none.</summary>
    internal float* Bias;
}
