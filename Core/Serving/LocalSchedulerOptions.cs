namespace Preble.Core.Serving;

/// <summary>The limits of a <see cref="LocalScheduler"/>.</summary>
public sealed record LocalSchedulerOptions
{
    /// <summary>
    /// Sequences that hold pages at once, preempted ones included until they end. Never more than <see cref="StepTokensMax"/>, so that each gets its
    /// token in each step.
    /// </summary>
    public int RunningSequencesMax { get; init; } = 64;

    /// <summary>Sequences that wait at once, preempted ones not included; one more is answered with <see cref="SubmitOutcome.QueueFull"/>.</summary>
    public int WaitingSequencesMax { get; init; } = 256;

    /// <summary>
    /// Tokens computed in one step, decodes and prefill chunks together. A large one computes whole prompts at once, a small one keeps the running
    /// streams even.
    /// </summary>
    public int StepTokensMax { get; init; } = 512;

    /// <summary>
    /// Whether a prompt is never cut: it is computed in one step, together with others as long as they fit <see cref="StepTokensMax"/>, and alone beyond
    /// it. What SGLang did when Preble was measured against it; running streams stall for as long as a prompt takes.
    /// </summary>
    public bool WholePrompts { get; init; }

    /// <summary>
    /// Whether a step that computes prompts computes nothing else, as SGLang's plain step did; running streams stall for as long as there are prompts that fit.
    /// </summary>
    public bool PrefillsAlone { get; init; }

    /// <summary>Groups by cached share of the prompt in the order <c>priority-groups</c>; the paper's example has 10.</summary>
    public int PriorityGroups { get; init; } = 10;

    /// <summary>
    /// In the order <c>k-lpm</c> one of so many admissions is that of the oldest (k); the others have the longest prefix. [admissions]
    /// </summary>
    public int OldestEvery { get; init; } = 4;

    /// <summary>
    /// Admissions of later arrivals that a waiting sequence lets pass before it goes first, whatever the order says. As large as a full queue of a
    /// silo by default: the shares of the priority groups and who shares what is held decide, and this only bounds them. [sequences]
    /// </summary>
    public int PassedOverMax { get; init; } = 256;

    /// <summary>
    /// Output for which admission keeps pages back for each running sequence, or what is left of its limit if that is less. More means fewer preemptions,
    /// less means more sequences at once. [tokens]
    /// </summary>
    public int GrowthTokensReserved { get; init; } = 128;

    /// <summary>Name of the order in which waiting sequences are admitted, one of <see cref="QueueOrders.Names"/>.</summary>
    public string Order { get; init; } = PriorityGroupsOrder.OrderName;

    /// <summary>The groups by which <see cref="Order"/> lets those with more cached pass others; 0 for the other orders.</summary>
    public int GroupsInOrder => Order == PriorityGroupsOrder.OrderName ? PriorityGroups : 0;

    /// <summary>Throws <see cref="ArgumentException"/> for the first limit that is out of range.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(RunningSequencesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WaitingSequencesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StepTokensMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PriorityGroups, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PriorityGroups, Core.PriorityGroups.CountMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(OldestEvery, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(PassedOverMax);
        ArgumentOutOfRangeException.ThrowIfNegative(GrowthTokensReserved);
        _ = QueueOrders.Create(Order, this);
    }
}
