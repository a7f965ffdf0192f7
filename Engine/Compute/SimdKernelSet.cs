using Preble.Engine.Weights;

namespace Preble.Engine.Compute;

/// <summary>The kernels over one kind of vector.</summary>
internal sealed unsafe class SimdKernelSet<TSimd, TVector>(string name) : KernelSet
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    internal override string Name => name;

    internal override void Multiply(in MatrixProduct product, int firstRow, int rows, int firstPanel, int panels, float* sums)
    {
        switch (product.Matrix.Type)
        {
            case TensorType.BF16:
                MatrixKernel<TSimd, TVector>.Multiply<BFloat16Format>(product, firstRow, rows, firstPanel, panels, sums);
                break;
            case TensorType.F16:
                MatrixKernel<TSimd, TVector>.Multiply<Float16Format>(product, firstRow, rows, firstPanel, panels, sums);
                break;
            default:
                MatrixKernel<TSimd, TVector>.Multiply<Float32Format>(product, firstRow, rows, firstPanel, panels, sums);
                break;
        }
    }

    internal override void Attend(in AttentionBlock block, int firstRow, int rows, float* scratch) =>
        AttentionKernel<TSimd, TVector>.Attend(block, firstRow, rows, scratch);

    internal override void Normalise(float* x, float* gain, int width, float epsilon, float* target) =>
        RowKernel<TSimd, TVector>.Normalise(x, gain, width, epsilon, target);

    internal override void Rotate(float* x, float* cosines, float* sines, int half, float scale, float* target) =>
        RowKernel<TSimd, TVector>.Rotate(x, cosines, sines, half, scale, target);

    internal override double SpendMultiplyAdds(int rounds)
    {
        // The sum is a number always; asking keeps the compiler from dropping the loop.
        float sum = PeakKernel<TSimd, TVector>.MultiplyAdds(rounds);
        return float.IsNaN(sum) ? 0 : 2.0 * rounds * PeakKernel<TSimd, TVector>.ChainCount * TSimd.Count;
    }

    internal override float Read(float* source, long count) => PeakKernel<TSimd, TVector>.Read(source, count);
}
