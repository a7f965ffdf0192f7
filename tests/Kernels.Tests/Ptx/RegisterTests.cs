using Preble.Emulator;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Ops;
using Preble.Kernels.Tests.Ops;

namespace Preble.Kernels.Tests.Ptx;

/// <summary>
/// What a thread holds at a time fits the registers that it has: 255, or fewer where several blocks are to run side by side. The driver's compiler
/// allocates them, so this is an estimate; it finds addresses that are all computed before a loop and kept through it, as compilers like to.
/// </summary>
public sealed class RegisterTests
{
    /// <summary>Counted by the emulator, but held elsewhere: parameters and what follows from them, which is equal in all lanes.</summary>
    private const int HeldElsewhere = 52;

    [Theory]
    [InlineData(80, "attention_decode_32", 128)]
    [InlineData(80, "attention_decode_64", 128)]
    [InlineData(80, "attention_decode_128", 168)]
    [InlineData(80, "attention_decode_256", 255)]
    [InlineData(80, "attention_prefill_64", 255)]
    [InlineData(80, "attention_prefill_96", 255)]
    [InlineData(80, "attention_prefill_128", 255)]
    [InlineData(90, "attention_prefill_128", 255)]
    [InlineData(80, "attention_prefill_256", 255)]
    [InlineData(80, "gemm", 255, "gemm_128x128_bf16")]
    [InlineData(80, "gemm", 255, "gemm_64x128_bf16")]
    [InlineData(80, "sample", 64)]
    public void AHotLoopHoldsNoMoreThanTheRegistersOfAThread(int computeCapability, string file, int registers, string? kernel = null)
    {
        using var gpu = new EmulatedGpu(new EmulatorOptions { ComputeCapability = computeCapability });
        using var module = new KernelModule(gpu.Device, file);
        CudaFunction function = module.Function(kernel ?? file);

        module.Set.Should().Be(computeCapability);
        function.Attribute(FunctionAttribute.Registers).Should().BeInRange(16, registers + HeldElsewhere);
    }
}
