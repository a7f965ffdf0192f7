using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Tests.Emulator;

public sealed class ControlFlowTests
{
    [Fact]
    public void LanesThatLoopDifferentlyOftenEachGetTheirOwnSum()
    {
        using var machine = new EmulatedMachine();
        DeviceMemory result = machine.Allocate(4 * 64);
        CudaFunction kernel = machine.Kernel(1, """
            mov.u32 %r1, 0;
            mov.u32 %r2, 0;
            OUTER:
            mov.u32 %r3, 0;
            INNER:
            setp.ge.u32 %p1, %r3, %r2;
            @%p1 bra DONE;
            add.u32 %r1, %r1, %r3;
            add.u32 %r3, %r3, 1;
            bra INNER;
            DONE:
            add.u32 %r2, %r2, 1;
            setp.le.u32 %p2, %r2, %r0;
            @%p2 bra OUTER;
            add.u64 %rd9, %rd0, %rd8;
            st.global.u32 [%rd9], %r1;
            """);
        machine.Run(kernel, [result], threads: 64);
        machine.Download<uint>(result).Should().Equal(Enumerable.Range(0, 64).Select(lane => (uint)Enumerable.Range(0, lane + 1).Sum(n => n * (n - 1) / 2)));
    }

    [Fact]
    public void AnIndexedBranchLeadsEachLaneToItsOwnLabel()
    {
        uint[] zeros = new uint[LaneProgram.Lanes];
        LaneProgram.Run(
            "T: .branchtargets A, B, C; and.b32 %r5, %r0, 3; setp.lt.u32 %p1, %r5, 3; mov.u32 %r4, 9; @%p1 brx.idx %r5, T; bra END; C: add.u32 %r4, %r4, 2; A: add.u32 %r4, %r4, 1; bra END; B: mov.u32 %r4, 50; END:",
            zeros,
            zeros,
            zeros).Should().Equal(Enumerable.Range(0, LaneProgram.Lanes).Select(lane => (lane % 4) switch { 0 => 10u, 1 => 50u, 2 => 12u, _ => 9u }));
    }

    [Fact]
    public void BarriersCountVotesOfTheWholeBlock()
    {
        using var machine = new EmulatedMachine();
        DeviceMemory result = machine.Allocate(4 * 96);
        machine.Run(
            machine.Kernel(1, """
                setp.lt.u32 %p1, %r0, 50; bar.red.popc.u32 %r1, 0, !%p1;
                setp.lt.u32 %p2, %r0, 1000; bar.red.and.pred %p3, 0, %p2; bar.red.or.pred %p4, 0, !%p2;
                selp.b32 %r2, 100, 0, %p3; selp.b32 %r3, 1000, 0, %p4; add.u32 %r1, %r1, %r2; add.u32 %r1, %r1, %r3;
                add.u64 %rd9, %rd0, %rd8; st.global.u32 [%rd9], %r1;
                """),
            [result],
            threads: 96);
        machine.Download<uint>(result).Should().AllBeEquivalentTo(146u);
    }

    [Fact]
    public void BlocksAndThreadsKnowTheirPlaceInThreeDimensions()
    {
        using var machine = new EmulatedMachine();
        DeviceMemory result = machine.Allocate(4 * 2 * 3 * 4 * 30);
        CudaFunction kernel = machine.Kernel(1, """
            mov.u32 %r1, %tid.y; mov.u32 %r2, %tid.z; mov.u32 %r3, %ntid.x; mov.u32 %r4, %ntid.y; mad.lo.u32 %r5, %r2, %r4, %r1; mad.lo.u32 %r5, %r5, %r3, %r0;
            mov.u32 %r6, %ctaid.x; mov.u32 %r7, %ctaid.y; mov.u32 %r8, %ctaid.z; mov.u32 %r9, %nctaid.x; mov.u32 %r10, %nctaid.y; mov.u32 %r12, %ntid.z;
            mad.lo.u32 %r11, %r8, %r10, %r7; mad.lo.u32 %r11, %r11, %r9, %r6; mul.lo.u32 %r13, %r3, %r4; mul.lo.u32 %r13, %r13, %r12; mad.lo.u32 %r5, %r11, %r13, %r5;
            mul.wide.u32 %rd9, %r5, 4; add.u64 %rd9, %rd9, %rd0; st.global.u32 [%rd9], %r5;
            """);
        kernel.Launch(machine.Stream, new Dim3(2, 3, 4), new Dim3(5, 3, 2), 0, result.Pointer);
        machine.Download<uint>(result).Should().Equal(Enumerable.Range(0, 2 * 3 * 4 * 30).Select(n => (uint)n));
    }
}
