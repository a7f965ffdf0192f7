using Preble.Kernels.Device;

namespace Preble.Kernels.Tests.Emulator;

public sealed class AddressSpaceTests
{
    private static readonly uint[] Zeros = new uint[LaneProgram.Lanes];

    [Fact]
    public void EachThreadHasItsOwnLocalMemory()
    {
        LaneProgram.Run(
            """
            .local .align 4 .b8 mine[16]; mov.u64 %rd10, mine; cvta.local.u64 %rd11, %rd10;
            st.local.u32 [%rd10+8], %r1;
            and.b32 %r5, %r0, 3; mul.wide.u32 %rd12, %r5, 4; add.u64 %rd12, %rd12, %rd11;
            mov.u32 %r6, 5; st.u32 [%rd12], %r6;
            ld.u32 %r4, [%rd11+8];
            """,
            [.. Enumerable.Range(0, 32).Select(lane => (uint)(lane * 100))],
            Zeros,
            Zeros).Should().Equal(Enumerable.Range(0, 32).Select(lane => lane % 4 == 2 ? 5u : (uint)(lane * 100)));
    }

    [Fact]
    public void AGenericAddressLeadsToTheSpaceThatItCameFrom()
    {
        // Even lanes write to shared memory, odd ones to global memory, by one instruction.
        using var machine = new EmulatedMachine();
        DeviceMemory global = machine.Upload(new uint[32]);
        DeviceMemory result = machine.Allocate(4 * 32);
        machine.Run(
            machine.Kernel(2, """
                .shared .align 4 .b8 s[128];
                mov.u64 %rd10, s; add.u64 %rd10, %rd10, %rd8; cvta.shared.u64 %rd11, %rd10;
                cvta.to.global.u64 %rd12, %rd0; add.u64 %rd12, %rd12, %rd8;
                and.b32 %r1, %r0, 1; setp.eq.u32 %p1, %r1, 0;
                selp.b64 %rd13, %rd11, %rd12, %p1;
                add.u32 %r2, %r0, 7; st.u32 [%rd13], %r2; ld.u32 %r3, [%rd13];
                isspacep.shared %p2, %rd13; @%p2 add.u32 %r3, %r3, 1000;
                isspacep.global %p3, %rd13; @%p3 add.u32 %r3, %r3, 2000;
                cvta.to.shared.u64 %rd14, %rd13; @%p1 ld.shared.u32 %r4, [%rd14]; @%p1 add.u32 %r3, %r3, %r4;
                add.u64 %rd9, %rd1, %rd8; st.global.u32 [%rd9], %r3;
                """),
            [global, result]);
        machine.Download<uint>(result).Should().Equal(Enumerable.Range(0, 32).Select(lane => (uint)(lane % 2 == 0 ? 1000 + (2 * (lane + 7)) : 2000 + lane + 7)));
        machine.Download<uint>(global).Should().Equal(Enumerable.Range(0, 32).Select(lane => (uint)(lane % 2 == 0 ? 0 : lane + 7)));
    }

    [Fact]
    public void NarrowValuesAreExtendedAsTheirTypeSays()
    {
        using var machine = new EmulatedMachine();
        DeviceMemory bytes = machine.Upload<byte>(0x80, 0xFF, 0x7F, 1);
        DeviceMemory result = machine.Allocate(4 * 6);
        machine.Run(
            machine.Kernel(2, """
                ld.global.s8 %r1, [%rd0]; ld.global.u8 %r2, [%rd0]; ld.global.s16 %r3, [%rd0]; ld.global.u16 %h1, [%rd0];
                ld.global.s8 %h2, [%rd0+1]; cvt.u32.u16 %r4, %h1; cvt.u32.u16 %r5, %h2; ld.global.v4.u8 {%r6,%r7,%r8,%r9}, [%rd0];
                add.u32 %r6, %r6, %r7; add.u32 %r6, %r6, %r8; add.u32 %r6, %r6, %r9;
                st.global.u32 [%rd1], %r1; st.global.v2.u32 [%rd1+8], {%r3,%r4}; st.global.u32 [%rd1+4], %r2; st.global.v2.u32 [%rd1+16], {%r5,%r6};
                """),
            [bytes, result],
            threads: 1);
        machine.Download<uint>(result).Should().Equal(0xFFFFFF80, 0x80, 0xFFFFFF80, 0xFF80, 0xFFFF, 0x80 + 0xFF + 0x7F + 1);
    }

    [Fact]
    public void SharedMemoryBehindTheStaticPartIsAsLargeAsTheLaunchSays()
    {
        using var machine = new EmulatedMachine();
        DeviceMemory result = machine.Allocate(4 * 64);
        CudaFunction kernel = machine.Kernel("""
            .extern .shared .align 16 .b8 dynamic[];
            .visible .entry k(.param .u64 p0) {
              .shared .align 4 .b8 fixed[12]; .reg .b64 %rd<4>; .reg .b32 %r<8>; .reg .pred p;
              ld.param.u64 %rd0, [p0]; mov.u32 %r0, %tid.x; mul.wide.u32 %rd1, %r0, 4; add.u64 %rd1, %rd1, %rd0;
              mov.u32 %r1, dynamic; mad.lo.u32 %r1, %r0, 4, %r1; st.shared.u32 [%r1], %r0; bar.sync 0; mov.u32 %r5, fixed; add.u32 %r5, %r5, 12; setp.gt.u32 p, %r5, %r1; @p trap;
              xor.b32 %r2, %r0, 63; mov.u32 %r3, dynamic; mad.lo.u32 %r3, %r2, 4, %r3; ld.shared.u32 %r4, [%r3]; st.global.u32 [%rd1], %r4; ret;
            }
            """);
        machine.Run(kernel, [result], threads: 64, shared: 256);
        machine.Download<uint>(result).Should().Equal(Enumerable.Range(0, 64).Select(lane => (uint)(63 - lane)));
    }
}
