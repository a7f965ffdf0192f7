using Preble.Kernels.Device;

namespace Preble.Kernels.Checking;

/// <summary>Compares every kernel with a reference in double precision: fresh random inputs, poisoned outputs, guards around all memory.</summary>
public static class KernelChecker
{
    /// <summary>Bytes of the guards before and behind each buffer.</summary>
    internal const int GuardBytes = 512;

    /// <summary>Names of the ops that are checked.</summary>
    public static IReadOnlyList<string> Ops => CheckCatalog.Ops;

    /// <summary>Checks one case after the other.</summary>
    /// <param name="device">Where; its context is the calling thread's.</param>
    /// <param name="ops">Names of ops, of <see cref="Ops"/>.</param>
    /// <param name="size">Which shapes.</param>
    /// <param name="seed">Draws inputs and some of the shapes.</param>
    /// <returns>Results as they come, also of what is not there to be checked. A kernel that cannot be launched, or that the device stops, is a result with
    /// its error; after one that loses the device there are no more.</returns>
    public static IEnumerable<CheckResult> Run(CudaDevice device, IEnumerable<string> ops, CheckSize size, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(ops);
        return Run(device, ops.SelectMany(op => CheckCatalog.Cases(op, size, seed)), seed, GuardBytes);
    }

    internal static IEnumerable<CheckResult> Run(CudaDevice device, IEnumerable<CheckCase> cases, ulong seed, int guardBytes)
    {
        using var ops = new OpCache(device);
        using var stream = new CudaStream(device);
        foreach (CheckCase one in cases)
        {
            CheckResult result = Run(ops, device, stream, one, seed, guardBytes);
            yield return result;
            if (result.LostDevice)
            {
                yield break;
            }
        }
    }

    private static CheckResult Run(OpCache ops, CudaDevice device, CudaStream stream, CheckCase one, ulong seed, int guardBytes)
    {
        using var run = new CheckRun(ops, device, stream, seed, guardBytes);
        try
        {
            one.Check(run);
            return run.Finish(one);
        }
        catch (CudaException failed)
        {
            return CheckResult.Broken(one, failed.Message) with { LostDevice = failed.IsDeviceLost };
        }
        catch (CheckSkippedException skipped)
        {
            return CheckResult.Broken(one, skipped.Message) with { Problem = null, Skipped = skipped.Message };
        }
        catch (ArgumentException refused)
        {
            return CheckResult.Broken(one, refused.Message);
        }
    }
}
