using Preble.Kernels.Device;

namespace Preble.Kernels.Ops;

/// <summary>An op that is one kernel, in a file of its name.</summary>
internal abstract class SingleKernelOp : IDisposable
{
    private readonly KernelModule _module;

    private protected SingleKernelOp(CudaDevice device, string name)
    {
        _module = new KernelModule(device, name);
        Function = _module.Function(name);
    }

    private protected CudaFunction Function { get; }

    /// <inheritdoc/>
    public void Dispose() => _module.Dispose();
}
