using System.Runtime.InteropServices;

namespace Preble.Kernels.Ops;

/// <summary>How the token of one row of logits is chosen, as the kernel reads it.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct SampleChoice
{
    internal const int Bytes = 48;

    /// <summary>The row stays as it is, for the host to read; its token is -1.</summary>
    internal const int Leave = -1;

    /// <summary>The likeliest token, the lowest id of equals.</summary>
    internal const int Greedy = 0;

    /// <summary>A token by its weight.</summary>
    internal const int Random = 1;

    /// <summary>The draw, from 0 on, less than 1.</summary>
    internal double Uniform;

    /// <summary>Least weight of a token, the likeliest having 1.</summary>
    internal double MinP;

    /// <summary>Share of the weight that the likeliest tokens together reach; 1 for all.</summary>
    internal double TopP;

    /// <summary>Factor of the logits.</summary>
    internal float InverseTemperature;

    /// <summary>So many of the likeliest tokens; 0 for all.</summary>
    internal int TopK;

    /// <summary>Index of the row's first adjustment.</summary>
    internal int FirstAdjustment;

    /// <summary>How many there are, each of another token.</summary>
    internal int AdjustmentCount;

    /// <summary><see cref="Leave"/>, <see cref="Greedy"/> or <see cref="Random"/>.</summary>
    internal int Mode;
}
