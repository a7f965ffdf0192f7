using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>All kernels on one device, for one shape of attention, compiled by the driver when this is made.</summary>
internal sealed class CudaKernels : IDisposable
{
    private readonly List<IDisposable> _ops = [];

    /// <param name="device">Where; its context is the calling thread's.</param>
    /// <param name="shape">Heads and pages.</param>
    /// <exception cref="CudaException">The device is too old, or the driver cannot compile.</exception>
    /// <exception cref="ArgumentException">The kernels do not take that shape.</exception>
    internal CudaKernels(CudaDevice device, AttentionShape shape)
    {
        if (device.ComputeCapability < PtxSet.ComputeCapabilityMin)
        {
            throw new CudaException("cuModuleLoadDataEx", CudaResult.NoBinaryForGpu, string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{device.Name} has compute capability {device.ComputeCapability / 10.0:0.0}; the kernels need {PtxSet.ComputeCapabilityMin / 10.0:0.0} or later."));
        }

        try
        {
            Embed = Add(new EmbedOp(device));
            RmsNorm = Add(new RmsNormOp(device));
            AddBias = Add(new AddBiasOp(device));
            RopeStore = Add(new RopeStoreOp(device, shape));
            AttentionPrefill = Add(new AttentionPrefillOp(device, shape));
            AttentionDecode = Add(new AttentionDecodeOp(device, shape));
            SiluMultiply = Add(new SiluMultiplyOp(device));
            Gemm = Add(new GemmOp(device));
            GatherRows = Add(new GatherRowsOp(device));
            Sample = Add(new SampleOp(device));
            PageCopy = Add(new PageCopyOp(device));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal EmbedOp Embed { get; }

    internal RmsNormOp RmsNorm { get; }

    internal AddBiasOp AddBias { get; }

    internal RopeStoreOp RopeStore { get; }

    internal AttentionPrefillOp AttentionPrefill { get; }

    internal AttentionDecodeOp AttentionDecode { get; }

    internal SiluMultiplyOp SiluMultiply { get; }

    internal GemmOp Gemm { get; }

    internal GatherRowsOp GatherRows { get; }

    internal SampleOp Sample { get; }

    internal PageCopyOp PageCopy { get; }

    /// <inheritdoc/>
    public void Dispose() => _ops.ForEach(op => op.Dispose());

    private T Add<T>(T op)
        where T : IDisposable
    {
        _ops.Add(op);
        return op;
    }
}
