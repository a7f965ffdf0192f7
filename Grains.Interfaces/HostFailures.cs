namespace Preble.Grains.Interfaces;

/// <summary>What the host of the grains throws when a call did not get through.</summary>
public static class HostFailures
{
    /// <summary>
    /// Whether the same call may succeed later: a silo has gone, a grain moves, an answer did not come. Cancelled is also what a look for a grain is
    /// while that moves; who has asked for cancelling knows it by the token. A grain with too many calls before it is a case of it, too.
    /// </summary>
    public static bool MayPass(Exception exception) => exception is TimeoutException or OrleansException or OperationCanceledException;
}
