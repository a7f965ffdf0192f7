using Preble.Kernels.Device;

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
}
