namespace Preble.Emulator.Execution;

/// <summary>One of the 16 barriers of a block.</summary>
internal sealed class Barrier
{
    /// <summary>Warps that wait.</summary>
    internal List<Warp> Waiting { get; } = [];

    /// <summary>Threads that came, whole warps counted.</summary>
    internal int Arrived { get; set; }

    /// <summary>Threads that are waited for.</summary>
    internal int Expected { get; set; }

    /// <summary>The latest of the clocks of those that came, by warp.</summary>
    internal uint[] Clock { get; } = new uint[Warp.Lanes];

    /// <summary>Threads that came with a true predicate.</summary>
    internal int Votes { get; set; }

    internal void Clear()
    {
        Waiting.Clear();
        Arrived = 0;
        Votes = 0;
        Array.Clear(Clock);
    }
}
