namespace Preble.Core.Serving;

/// <summary>The queue orders by name.</summary>
public static class QueueOrders
{
    /// <summary>What <see cref="LocalSchedulerOptions.Order"/> may be.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [PriorityGroupsOrder.OrderName, FcfsOrder.OrderName, LongestPrefixOrder.OrderName, KLpmOrder.OrderName];

    /// <summary>A new order, with state of its own. Throws <see cref="ArgumentException"/> for a name that is none.</summary>
    public static IQueueOrder Create(string name, LocalSchedulerOptions options) => name switch
    {
        PriorityGroupsOrder.OrderName => new PriorityGroupsOrder(options.PriorityGroups),
        FcfsOrder.OrderName => new FcfsOrder(),
        LongestPrefixOrder.OrderName => new LongestPrefixOrder(),
        KLpmOrder.OrderName => new KLpmOrder(options.OldestEvery),
        _ => throw new ArgumentException($"'{name}' is no order of the waiting queue; there are: {string.Join(", ", Names)}.", nameof(name)),
    };
}
