namespace Preble.Emulator.Execution;

/// <summary>What a barrier instruction does beside counting.</summary>
internal enum BarrierKind
{
    Sync,

    /// <summary>Counts and goes on.</summary>
    Arrive,

    /// <summary>Gives the number of threads whose predicate is true.</summary>
    Count,

    /// <summary>Whether the predicates of all are true.</summary>
    All,

    /// <summary>Whether one predicate is true.</summary>
    Any,
}
