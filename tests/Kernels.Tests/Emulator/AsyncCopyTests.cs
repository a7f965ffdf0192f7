using Preble.Kernels.Device;

namespace Preble.Kernels.Tests.Emulator;

public sealed class AsyncCopyTests
{
    private const string Begin = ".shared .align 16 .b8 s[2048]; mov.u32 %r20, s; shl.b32 %r21, %r0, 4; add.u32 %r21, %r21, %r20; mul.wide.u32 %rd9, %r0, 16; add.u64 %rd10, %rd9, %rd1; add.u64 %rd11, %rd9, %rd0;\n";

    [Fact]
    public void GroupsArriveInTheOrderInWhichTheyWereCommitted()
    {
        using var machine = new EmulatedMachine();
        DeviceMemory result = machine.Allocate(16 * 32);
        machine.Run(
            machine.Kernel(2, Begin + """
                cp.async.cg.shared.global [%r21], [%rd10], 16;
                cp.async.commit_group;
                cp.async.cg.shared.global [%r21+512], [%rd10+512], 16;
                cp.async.commit_group;
                cp.async.wait_group 1;
                ld.shared.v4.b32 {%r1,%r2,%r3,%r4}, [%r21];
                cp.async.wait_group 0;
                ld.shared.v4.b32 {%r5,%r6,%r7,%r8}, [%r21+512];
                add.u32 %r1, %r1, %r5; add.u32 %r2, %r2, %r6; add.u32 %r3, %r3, %r7; add.u32 %r4, %r4, %r8;
                st.global.v4.b32 [%rd11], {%r1,%r2,%r3,%r4};
                """),
            [result, machine.Upload([.. Enumerable.Range(0, 256).Select(n => (uint)n)])]);
        machine.Download<uint>(result).Should().Equal(Enumerable.Range(0, 128).Select(n => (uint)((2 * n) + 128)));
    }

    [Fact]
    public void WhatIsNotReadIsFilledWithZeros()
    {
        using var machine = new EmulatedMachine();
        DeviceMemory result = machine.Allocate(16 * 32);
        machine.Run(
            machine.Kernel(2, Begin + """
                and.b32 %r9, %r0, 3; shl.b32 %r9, %r9, 2;
                cp.async.cg.shared.global [%r21], [%rd10], 16, %r9;
                cp.async.wait_all;
                ld.shared.v4.b32 {%r1,%r2,%r3,%r4}, [%r21];
                st.global.v4.b32 [%rd11], {%r1,%r2,%r3,%r4};
                """),
            [result, machine.Upload([.. Enumerable.Range(1, 128).Select(n => (uint)n)])]);
        machine.Download<uint>(result).Should().Equal(Enumerable.Range(0, 128).Select(n => n % 4 < n / 4 % 4 ? (uint)n + 1 : 0));
    }
}
