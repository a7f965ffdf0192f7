namespace Preble.Engine.Tests.Support;

internal static class Hardware
{
    /// <summary>Skips a test, saying why, where the machine lacks a kernel set.</summary>
    internal static void SkipWithout(string kernelSet) =>
        Skip.IfNot(Preble.Engine.Compute.KernelSets.IsAvailable(kernelSet), $"this machine has no instructions for the {kernelSet} kernels");
}
