using System.Runtime.InteropServices;

namespace Preble.Kernels.Ops;

/// <summary>How the token of a row of logits is chosen, as <c>sample.cu</c> reads it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SampleChoice
{
    /// <summary>The draw, from 0 on, less than 1.</summary>
    internal double Uniform;

    /// <summary>The likeliest tokens that together have this share of what the others leave; 1 or more for all.</summary>
    internal double TopP;

    /// <summary>Divides the logits; 0 takes the likeliest token.</summary>
    internal float Temperature;

    /// <summary>Tokens at least this likely, relative to the likeliest; 0 for all.</summary>
    internal float MinP;

    /// <summary>So many of the likeliest tokens; 0 for all.</summary>
    internal int TopK;

    /// <summary>Where the row's adjustments begin.</summary>
    internal int AdjustmentFirst;

    /// <summary>How many there are.</summary>
    internal int AdjustmentCount;

    private readonly int _unused;
}
