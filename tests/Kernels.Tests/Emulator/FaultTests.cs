using Preble.Emulator;
using Preble.Emulator.Execution;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Tests.Emulator;

public sealed class FaultTests
{
    private const string Shared = ".shared .align 16 .b8 s[1024]; mov.u32 %r20, s; shl.b32 %r21, %r0, 2; add.u32 %r21, %r21, %r20;\n";

    [Theory]
    [InlineData(FaultKind.OutOfBounds, CudaResult.IllegalAddress, "st.global.u32 [%rd9+4], %r0;")]
    [InlineData(FaultKind.OutOfBounds, CudaResult.IllegalAddress, "ld.global.u32 %r1, [%rd0+-4];")]
    [InlineData(FaultKind.OutOfBounds, CudaResult.IllegalAddress, "mov.u64 %rd10, 64; ld.u32 %r1, [%rd10];")]
    [InlineData(FaultKind.OutOfBounds, CudaResult.IllegalAddress, "st.shared.u32 [%r21+900], %r0;")]
    [InlineData(FaultKind.Misaligned, CudaResult.MisalignedAddress, "ld.global.v2.u32 {%r1, %r2}, [%rd0+4];")]
    [InlineData(FaultKind.Misaligned, CudaResult.MisalignedAddress, "st.shared.u32 [%r20+2], %r0;")]
    [InlineData(FaultKind.Uninitialised, CudaResult.LaunchFailed, "ld.global.u32 %r1, [%rd1];")]
    [InlineData(FaultKind.Uninitialised, CudaResult.LaunchFailed, "ld.shared.u32 %r1, [%r21];")]
    [InlineData(FaultKind.Uninitialised, CudaResult.LaunchFailed, "cp.async.ca.shared.global [%r21], [%rd1], 4;")]
    [InlineData(FaultKind.AsyncCopyPending, CudaResult.LaunchFailed, "cp.async.ca.shared.global [%r21], [%rd9], 4; ld.shared.u32 %r1, [%r21];")]
    [InlineData(FaultKind.AsyncCopyPending, CudaResult.LaunchFailed, "cp.async.ca.shared.global [%r21], [%rd9], 4; cp.async.commit_group; cp.async.wait_group 1; ld.shared.u32 %r1, [%r21];")]
    [InlineData(FaultKind.AsyncCopyPending, CudaResult.LaunchFailed, "cp.async.ca.shared.global [%r21], [%rd9], 4; cp.async.wait_group 0; ld.shared.u32 %r1, [%r21];")]
    [InlineData(FaultKind.AsyncCopyPending, CudaResult.LaunchFailed, "cp.async.ca.shared.global [%r21], [%rd9], 4; st.shared.u32 [%r21], %r0;")]
    [InlineData(FaultKind.Race, CudaResult.LaunchFailed, "st.shared.u32 [%r21], %r0; and.b32 %r22, %r21, -129; ld.shared.u32 %r1, [%r22];")]
    [InlineData(FaultKind.Race, CudaResult.LaunchFailed, "st.shared.u32 [%r21], %r0; bar.sync 0; and.b32 %r22, %r21, -129; ld.shared.u32 %r1, [%r22]; st.shared.u32 [%r21], %r1;")]
    [InlineData(FaultKind.Race, CudaResult.LaunchFailed, "st.shared.u32 [%r20], %r0;")]
    [InlineData(FaultKind.Race, CudaResult.LaunchFailed, "st.shared.u32 [%r21], %r0; xor.b32 %r22, %r21, 4; ld.shared.u32 %r1, [%r22];")]
    [InlineData(FaultKind.Race, CudaResult.LaunchFailed, "cp.async.ca.shared.global [%r21], [%rd9], 4; cp.async.wait_all; and.b32 %r22, %r21, -129; ld.shared.u32 %r1, [%r22];")]
    [InlineData(FaultKind.DivergentBarrier, CudaResult.LaunchFailed, "setp.lt.u32 %p1, %r0, 7; @%p1 bar.sync 0;")]
    [InlineData(FaultKind.DivergentBarrier, CudaResult.LaunchFailed, "setp.lt.u32 %p1, %r0, 7; @%p1 ret; bar.sync 0;")]
    [InlineData(FaultKind.DivergentBarrier, CudaResult.LaunchFailed, "setp.lt.u32 %p1, %r0, 32; @%p1 ret; bar.sync 0;")]
    [InlineData(FaultKind.DivergentBarrier, CudaResult.LaunchFailed, "bar.sync 0, 48;")]
    [InlineData(FaultKind.Deadlock, CudaResult.LaunchFailed, "setp.lt.u32 %p1, %r0, 32; @%p1 bar.sync 1; @!%p1 bar.sync 2;")]
    [InlineData(FaultKind.Deadlock, CudaResult.LaunchFailed, "setp.lt.u32 %p1, %r0, 7; @%p1 bra L; L2: shfl.sync.bfly.b32 %r1, %r0, 1, 31, -1; bra END; L: bar.warp.sync -1; END:")]
    [InlineData(FaultKind.WrongMask, CudaResult.LaunchFailed, "shfl.sync.bfly.b32 %r1, %r0, 1, 31, 0xFFFF;")]
    [InlineData(FaultKind.WrongMask, CudaResult.LaunchFailed, "setp.eq.u32 %p1, %r0, 3; @%p1 ret; bar.warp.sync -1;")]
    [InlineData(FaultKind.Trap, CudaResult.LaunchFailed, "setp.eq.u32 %p1, %r0, 3; @%p1 trap;")]
    [InlineData(FaultKind.Timeout, CudaResult.LaunchTimeout, "FOREVER: bra FOREVER;")]
    public void ABrokenKernelIsReported(FaultKind kind, CudaResult result, string body)
    {
        using var machine = new EmulatedMachine(new EmulatorOptions { Parallelism = 1, InstructionsMax = 100_000 });
        CudaFunction kernel = machine.Kernel(2, $"{Shared}add.u64 %rd9, %rd0, %rd8;\n{body}");
        machine.Run(kernel, [machine.Upload(new uint[64]), machine.Allocate(256)], threads: 64);
        machine.Fault.Kind.Should().Be(kind);
        machine.Fault.Kernel.Should().Be("k");
        machine.Outcome().Should().Be(result);
        machine.Driver.MemoryAllocate(out _, 16).Should().Be(result, "the context keeps the error");
    }

    [Theory]
    [InlineData("st.shared.u32 [%r21], %r0; bar.sync 0; and.b32 %r22, %r21, -129; ld.shared.u32 %r1, [%r22]; bar.sync 0; st.shared.u32 [%r21], %r1;")]
    [InlineData("st.shared.u32 [%r21], %r0; bar.warp.sync -1; xor.b32 %r22, %r21, 4; ld.shared.u32 %r1, [%r22];")]
    [InlineData("cp.async.ca.shared.global [%r21], [%rd9], 4; cp.async.commit_group; cp.async.wait_group 0; bar.sync 0; and.b32 %r22, %r21, -129; ld.shared.u32 %r1, [%r22];")]
    [InlineData("setp.eq.u32 %p1, %r0, 0; @%p1 st.shared.u32 [%r20], %r0; bar.sync 0; atom.shared.add.u32 %r1, [%r20], 1; bar.sync 0; ld.shared.u32 %r1, [%r20];")]
    [InlineData("shr.u32 %r1, %r0, 5; setp.eq.u32 %p1, %r1, 0; @%p1 st.shared.u32 [%r21], %r0; @%p1 bar.arrive 1, 64; @!%p1 bar.sync 1, 64; add.u32 %r22, %r21, -128; @!%p1 ld.shared.u32 %r2, [%r22];")]
    [InlineData("bar.red.popc.u32 %r1, 0, %p7;")]
    public void AKernelThatKeepsTheRulesIsNot(string body)
    {
        using var machine = new EmulatedMachine();
        CudaFunction kernel = machine.Kernel(1, $"{Shared}setp.ne.u32 %p7, %r0, 0; add.u64 %rd9, %rd0, %rd8;\n{body}");
        machine.Run(kernel, [machine.Upload(new uint[64])], threads: 64);
        machine.Driver.Faults.Should().BeEmpty();
        machine.Outcome().Should().Be(CudaResult.Success);
    }

    [Fact]
    public void AReportNamesLineBlockThreadAndAllocation()
    {
        using var machine = new EmulatedMachine();
        CudaFunction kernel = machine.Kernel(1, """
            mov.u32 %r1, %ctaid.x;
            mad.lo.u32 %r2, %r1, 64, %r0;
            mul.wide.u32 %rd9, %r2, 4;
            add.u64 %rd9, %rd9, %rd0;
            st.global.u32 [%rd9], %r2;
            """);
        machine.Run(kernel, [machine.Allocate(4 * 100)], threads: 64, blocks: 3);
        machine.Fault.Line.Should().Be(9);
        machine.Fault.Block.Should().Be(new Dim3(1, 0, 0));
        machine.Fault.Thread.Should().Be(36);
        machine.Fault.ToString().Should().Contain("OutOfBounds in k, PTX line 9, block (1, 0, 0), thread 36").And.Contain("st.global.u32").And.Contain("0 bytes behind allocation 1 of 400 bytes");
    }

    [Fact]
    public void TheCallThatFailsByItTellsTheReportAndThoseOnOtherDevicesDoNot()
    {
        using var machine = new EmulatedMachine(new EmulatorOptions { Devices = 2, Parallelism = 1 });
        CudaFunction kernel = machine.Kernel(1, "ld.global.u32 %r1, [%rd0];");
        machine.Run(kernel, [machine.Allocate(4)]);
        Action next = () => machine.Stream.Synchronize();
        next.Should().Throw<CudaException>().WithMessage("cuStreamSynchronize failed with 719 CUDA_ERROR_LAUNCH_FAILED: launch failed: *")
            .Which.Message.Should().Contain(machine.Fault.ToString());
        machine.Driver.Describe(CudaResult.IllegalAddress).Text.Should().Be("illegal address", "it is another error");
        using var other = new CudaDevice(machine.Driver, 1);
        machine.Driver.Describe(CudaResult.LaunchFailed).Text.Should().Be("launch failed");
    }

    [Fact]
    public void MemoryThatIsFreedIsNotUsedAgainUnnoticed()
    {
        using var machine = new EmulatedMachine();
        CudaFunction kernel = machine.Kernel(1, "ld.global.u32 %r1, [%rd0];");
        DeviceMemory memory = machine.Upload(1u, 2u);
        DevicePointer pointer = memory.Pointer;
        memory.Dispose();
        kernel.Launch(machine.Stream, new Dim3(1), new Dim3(32), 0, pointer);
        machine.Fault.Kind.Should().Be(FaultKind.OutOfBounds);
        machine.Fault.Detail.Should().Contain("byte 0 of allocation 1 of 8 bytes, which is freed");
    }

    [Fact]
    public void ARaceNamesBothLines()
    {
        using var machine = new EmulatedMachine();
        machine.Run(machine.Kernel(1, $"{Shared}st.shared.u32 [%r21], %r0;\nand.b32 %r22, %r21, -129;\nld.shared.u32 %r1, [%r22];"), [machine.Allocate(4)], threads: 64);
        machine.Fault.Line.Should().Be(8);
        machine.Fault.Detail.Should().Contain("which thread 0 wrote at line 6");
    }

    [Theory]
    [InlineData("st.global.u32 [%rd9], %r0;", false)]
    [InlineData("setp.eq.u32 %p1, %r1, 0; @%p1 st.global.u32 [%rd9], %r0; @!%p1 ld.global.u32 %r2, [%rd9];", false)]
    [InlineData("setp.eq.u32 %p1, %r1, 1; @%p1 st.global.u32 [%rd9], %r0; @!%p1 ld.global.u32 %r2, [%rd9];", true)]
    [InlineData("setp.eq.u32 %p1, %r1, 0; @%p1 st.global.u16 [%rd9], %r0; @!%p1 st.global.u32 [%rd9], %r0;", false)]
    public void BlocksThatMeetInGlobalMemoryAreReported(string body, bool backwards)
    {
        using var machine = new EmulatedMachine(new EmulatorOptions { Parallelism = 1, Backwards = backwards });
        machine.Run(machine.Kernel(1, $"mov.u32 %r1, %ctaid.x; add.u64 %rd9, %rd0, %rd8;\n{body}"), [machine.Upload(new uint[32])], blocks: 2);
        machine.Fault.Kind.Should().Be(FaultKind.Race);
        machine.Fault.Detail.Should().Contain($"which block {(backwards ? 1 : 0)} wrote");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BlocksWithTheirOwnPartsAndLaterLaunchesAreNot(bool backwards)
    {
        using var machine = new EmulatedMachine(new EmulatorOptions { Parallelism = 2, Backwards = backwards });
        CudaFunction kernel = machine.Kernel(1, """
            mov.u32 %r1, %ctaid.x; mad.lo.u32 %r2, %r1, 32, %r0; mul.wide.u32 %rd9, %r2, 2; add.u64 %rd9, %rd9, %rd0;
            ld.global.u16 %h1, [%rd9]; st.global.u16 [%rd9], %h1; red.global.add.u32 [%rd0+1024], 1;
            """);
        DeviceMemory memory = machine.Upload(new uint[300]);
        for (int launch = 0; launch < 5000; launch++)
        {
            machine.Run(kernel, [memory], blocks: 2);
        }

        machine.Driver.Faults.Should().BeEmpty("launches come one after the other, also when their numbers begin anew");
        machine.Download<uint>(memory)[256].Should().Be(5000u * 64);
    }

    [Fact]
    public void ChecksCanBeLeftOut()
    {
        using var machine = new EmulatedMachine(new EmulatorOptions { Parallelism = 1, CheckInitialised = false, CheckRaces = false });
        DeviceMemory memory = machine.Allocate(4 * 64);
        machine.Run(machine.Kernel(1, $"{Shared}add.u64 %rd9, %rd0, %rd8; ld.global.f32 %f1, [%rd9]; st.shared.f32 [%r20], %f1; ld.shared.f32 %f2, [%r20]; st.global.f32 [%rd9], %f2;"), [memory], threads: 64);
        machine.Driver.Faults.Should().BeEmpty();
        machine.Download<float>(memory).Should().OnlyContain(value => float.IsNaN(value), "unwritten memory is NaN");
    }
}
