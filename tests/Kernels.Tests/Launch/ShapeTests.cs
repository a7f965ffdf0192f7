using Preble.Emulator;
using Preble.Kernels.Device;
using Preble.Kernels.Ops;
using Preble.Kernels.Tests.Ops;

namespace Preble.Kernels.Tests.Launch;

/// <summary>What kernels take is chosen and refused before the device is asked for anything.</summary>
public sealed class ShapeTests
{
    [Theory]
    [InlineData(8, 2, 24, 16, "The head size is 24; the attention kernels take multiples of 16 from 32 to 256.")]
    [InlineData(8, 2, 272, 16, "The head size is 272; the attention kernels take multiples of 16 from 32 to 256.")]
    [InlineData(8, 3, 64, 16, "There are 8 heads and 3 key-value heads; the heads must be a multiple of them.")]
    [InlineData(8, 2, 64, 24, "The tokens of a page is 24; a positive multiple of 16 is needed.")]
    public void AShapeThatNoKernelTakesIsRefusedInOneLine(int heads, int kvHeads, int headDim, int pageTokens, string says)
    {
        using var gpu = new EmulatedGpu();
        Action make = () => new CudaKernels(gpu.Device, new AttentionShape(heads, kvHeads, headDim, pageTokens)).Dispose();
        make.Should().Throw<ArgumentException>().Which.Message.Should().Be(says);
    }

    [Fact]
    public void ADeviceThatIsTooOldIsRefusedInOneLine()
    {
        using var gpu = new EmulatedGpu(new EmulatorOptions { ComputeCapability = 75 });
        Action make = () => new CudaKernels(gpu.Device, new AttentionShape(8, 2, 64, 16)).Dispose();
        make.Should().Throw<CudaException>().Which.Message.Should().Be("Emulated sm_75 has compute capability 7.5; the kernels need 8.0 or later.");
    }

    [Fact]
    public void EveryHeadSizeRunsOnTheSmallestCompiledOneThatHoldsIt()
    {
        for (int headDim = 32; headDim <= 256; headDim += 16)
        {
            var shape = new AttentionShape(1, 1, headDim, 16);
            shape.CompiledHeadDim.Should().BeGreaterThanOrEqualTo(headDim);
            PtxSet.Files[$"attention_prefill_{shape.CompiledHeadDim}"].Should().Contain(PtxSet.ComputeCapabilityMin);
            PtxSet.Files[$"attention_decode_{shape.CompiledHeadDim}"].Should().Contain(PtxSet.ComputeCapabilityMin);
        }

        new AttentionShape(1, 1, 80, 16).CompiledHeadDim.Should().Be(80);
        new AttentionShape(1, 1, 112, 16).CompiledHeadDim.Should().Be(128);
    }

    [Theory]
    [InlineData(80, 80)]
    [InlineData(86, 80)]
    [InlineData(89, 80)]
    [InlineData(90, 90)]
    [InlineData(100, 90)]
    [InlineData(120, 90)]
    public void ADeviceTakesTheNewestPtxThatItCanRunFileByFile(int computeCapability, int expected)
    {
        PtxSet.Choose([90, 80], computeCapability).Should().Be(expected);
        PtxSet.For("attention_prefill_128", computeCapability).Should().Be(expected);
        PtxSet.For("rms_norm", computeCapability).Should().Be(80, "there is no other");
        PtxSet.Files.Should().OnlyContain(file => file.Contains(PtxSet.ComputeCapabilityMin), "every file is there for the oldest devices");
        using var gpu = new EmulatedGpu(new EmulatorOptions { ComputeCapability = computeCapability });
        using var module = new KernelModule(gpu.Device, "attention_prefill_128");
        module.Set.Should().Be(expected);
    }

    [Theory]
    [InlineData(1, 4096, 16, 32)]
    [InlineData(17, 4096, 32, 32)]
    [InlineData(64, 4096, 64, 32)]
    [InlineData(64, 12_288, 64, 64)]
    [InlineData(64, 28_672, 64, 128)]
    [InlineData(200, 28_672, 128, 128)]
    [InlineData(8192, 4096, 128, 128)]
    [InlineData(8192, 8, 64, 32)]
    public void FewRowsAreReadOnceAndManyFillTheDevice(int m, int n, int tileM, int tileN)
    {
        GemmTile tile = GemmTile.All[GemmTile.Choose(m, n, multiprocessors: 132)];
        (tile.M, tile.N).Should().Be((tileM, tileN));
    }
}
