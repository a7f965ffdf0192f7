namespace Preble.Engine.Compute;

/// <summary>What is done with the sums of a matrix product.</summary>
internal enum Epilogue
{
    /// <summary>Out = sum + bias.</summary>
    Store,

    /// <summary>Out = Out + (sum + bias): a residual connection.</summary>
    Add,

    /// <summary>
    /// Out = silu(gate + bias) * (up + bias), gate being the lower and up the upper half of each panel; 16 columns of Out for each panel.
    /// </summary>
    SwiGlu,
}
