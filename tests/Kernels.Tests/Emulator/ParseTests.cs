using System.Text;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Tests.Emulator;

public sealed class ParseTests
{
    [Theory]
    [InlineData("frobnicate.u32 %r1, %r2;", "line 5: unknown instruction 'frobnicate.u32'")]
    [InlineData("add.u33 %r1, %r2, %r3;", "line 5: unknown instruction 'add.u33'")]
    [InlineData("add.rz.f32 %f1, %f2, %f3;", "line 5: unknown instruction 'add.rz.f32'")]
    [InlineData("@%p1 ld.global.sticky.u32 %r1, [%rd0];", "line 5: unknown instruction '@%p1 ld.global.sticky.u32': 'sticky'")]
    [InlineData("add.u32 %r1, %r2;", "line 5: add.u32: 2 operands instead of 3")]
    [InlineData("add.u32 %r1, %r2, %rd3;", "line 5: add.u32: register '%rd3' of type .b64 does not fit")]
    [InlineData("add.u32 %r1, %r2, %q;", "line 5: add.u32: nothing is named '%q'")]
    [InlineData("add.u32 %q, %r2, %r2;", "line 5: add.u32: '%q' is not a register")]
    [InlineData("bra NOWHERE;", "line 5: no label 'NOWHERE'")]
    [InlineData("add.u32 %r1, %r2, 12z;", "line 5: '12z' is not a number")]
    [InlineData("A: ret;\nA: ret;", "line 6: 'A' is declared twice")]
    [InlineData("ld.global.v4.u32 {%r1,%r2}, [%rd0];", "line 5: ld.global.v4.u32: 2 values")]
    [InlineData("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%r1,%r2,%r3,%r4}, {%r1,%r2,%r3,%r4}, {%r1,%r2}, {%r1,%r2,%r3,%r4};", "line 5: unknown instruction 'mma")]
    [InlineData("call foo;", "line 5: unknown instruction 'call'")]
    [InlineData("/* never ends", "line 5: comment without end")]
    [InlineData("add.u32 %r1, %r2, %r3", "line 6: ',' was expected instead of 'ret'")]
    public void WhatIsNotKnownIsRefusedByLine(string body, string message)
    {
        using var machine = new EmulatedMachine();
        CudaException error = machine.Invoking(m => m.Kernel(1, body)).Should().Throw<CudaException>().Which;
        error.Result.Should().Be(CudaResult.InvalidPtx);
        error.Message.Should().Contain(message);
    }

    [Theory]
    [InlineData(".func f() { ret; }", "line 4: .func")]
    [InlineData(".visible .entry k() { ret; ", "the file ends in the middle")]
    [InlineData(".texref t;", "line 4: unknown directive '.texref'")]
    public void ModulesThatAreNotKnownAreRefusedByLine(string text, string message)
    {
        using var machine = new EmulatedMachine();
        machine.Invoking(m => m.Kernel(text)).Should().Throw<CudaException>().Which.Message.Should().Contain(message);
    }

    [Fact]
    public void AModuleForANewerDeviceIsRefused()
    {
        using var machine = new EmulatedMachine();
        machine.Driver.ModuleLoad(out _, Encoding.UTF8.GetBytes(".version 8.0\n.target sm_90a\n.address_size 64\n"), out string log).Should().Be(CudaResult.NoBinaryForGpu);
        log.Should().Contain("sm_90");
    }

    [Fact]
    public void WhatCompilersWriteBesideInstructionsIsPassedOver()
    {
        using var machine = new EmulatedMachine();
        DeviceMemory result = machine.Allocate(4);
        CudaFunction kernel = machine.Kernel("""
            .file 1 "k.cu"
            .global .align 4 .u32 table[4] = {10, 20, 0x1E};
            .const .align 4 .f32 half = 0f3F000000;
            /* a comment
               of two lines */
            .visible .entry k(.param .u64 .ptr .global .align 8 p0)
            .maxntid 32, 1, 1
            .minnctapersm 2
            {
              .reg .b64 %rd<3>; .reg .b32 %r<5>; .reg .f32 %f<2>; .reg .pred p, q;
              .loc 1 3 5
              .pragma "nounroll";
              ld.param.u64 %rd0, [p0];
              mov.u64 %rd1, table;
              ld.global.u32 %r1, [%rd1+8]; // 30
              // begin inline asm
              { .reg .b32 t; .reg .pred p; setp.eq.u32 p, %r1, 30; selp.b32 t, 5, 6, p; @p bra IN; mov.u32 t, 0; IN: add.u32 %r1, %r1, t; }
              { .reg .b32 t; mov.u32 t, 7; bra IN; IN: add.u32 %r1, %r1, t; }
              // end inline asm
              ld.const.f32 %f1, [half];
              cvt.rzi.u32.f32 %r2, %f1;
              ld.global.u32 %r3, [table+12];
              add.u32 %r1, %r1, %r2; add.u32 %r1, %r1, %r3;
              st.global.u32 [%rd0], %r1;
              ret;
            }
            .section .debug_info { .b8 1 }
            """);
        kernel.Launch(machine.Stream, new Dim3(1), new Dim3(1), 0, result.Pointer);
        machine.Download<uint>(result).Should().Equal(42u);
        kernel.Attribute(FunctionAttribute.ThreadsPerBlockMax).Should().Be(32);
    }
}
