using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Preble.Core.Serving;
using Preble.Engine.Tests.Serving;
using Preble.Engine.Tests.Support;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Ops;
using Preble.Kernels.Serving;

namespace Preble.Kernels.Tests.Worker;

/// <summary>The binding of the driver: layouts, and what can be seen of it on the machine at hand.</summary>
public sealed class LibCudaTests
{
    [Fact]
    public void WhatTheDriverAndKernelsReadLiesAsTheyReadIt()
    {
        (Unsafe.SizeOf<DevicePointer>(), Unsafe.SizeOf<KernelArgument>()).Should().Be((8, 8));
        new[] { typeof(CudaResult), typeof(DeviceAttribute), typeof(FunctionAttribute) }.Select(Enum.GetUnderlyingType).Should().AllBeEquivalentTo(typeof(int));
        BitConverter.GetBytes(BitsOf(1f)).Should().Equal(BitConverter.GetBytes(1f).Concat(new byte[4]), "a float stands in the first bytes of an argument");
        BitsOf(-2).Should().Be(0xFFFF_FFFE);

        Unsafe.SizeOf<TokenAdjustment>().Should().Be(16);
        var adjustment = new TokenAdjustment(1, 2, 3, 4);
        MemoryMarshal.Cast<byte, float>(MemoryMarshal.AsBytes(new ReadOnlySpan<TokenAdjustment>(in adjustment)))[1..].ToArray().Should().Equal(2, 3, 4);

        Unsafe.SizeOf<SampleChoice>().Should().Be(40);
        (string Field, int Offset)[] offsets =
        [
            (nameof(SampleChoice.Uniform), 0), (nameof(SampleChoice.TopP), 8), (nameof(SampleChoice.Temperature), 16), (nameof(SampleChoice.MinP), 20),
            (nameof(SampleChoice.TopK), 24), (nameof(SampleChoice.AdjustmentFirst), 28), (nameof(SampleChoice.AdjustmentCount), 32),
        ];
        offsets.Should().OnlyContain(it => Marshal.OffsetOf<SampleChoice>(it.Field).ToInt32() == it.Offset);
    }

    [Fact]
    public void TheDriverOfThisMachineLoadsOrItIsSaidInALineWhyNot()
    {
        bool loaded = LibCuda.TryLoad(out ICudaDriver? driver, out string reason);
        (driver is not null, reason.Length == 0).Should().Be((loaded, loaded));
        reason.Should().NotContain("\n");
    }

    [SkippableTheory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void OnTheGpuOfThisMachineTheTextIsThatOfTheReference(bool cublas, bool graphs)
    {
        bool loaded = LibCuda.TryLoad(out ICudaDriver? driver, out string reason);
        Skip.IfNot(loaded && driver!.DeviceCount(out int devices) == CudaResult.Success && devices > 0, loaded ? "the driver knows no GPU" : reason);
        using var device = new CudaDevice(driver!, 0);
        using CudaModel model = CudaModel.Load(Demo.Folder, device, new CudaOptions { Cublas = cublas, Graphs = graphs });
        using var run = new ServingRun(new CudaForwardPass(model, 2048));
        run.Run(Demo.Prompts.Select(prompt => prompt.PromptIds)).Should().Equal(Demo.Prompts.Select(prompt => prompt.GreedyText));
    }

    private static ulong BitsOf(KernelArgument argument) => Unsafe.As<KernelArgument, ulong>(ref argument);
}
