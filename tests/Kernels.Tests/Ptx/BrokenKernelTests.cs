using System.Text.RegularExpressions;
using Preble.Emulator;
using Preble.Kernels.Checking;
using Preble.Kernels.Tests.Ops;

namespace Preble.Kernels.Tests.Ptx;

/// <summary>The checks on the emulator find kernels that are broken on purpose, in the text of their PTX.</summary>
public sealed class BrokenKernelTests
{
    private const string Ordering = @"bar\.(warp\.)?sync .*;|cp\.async\.wait_group .*;|fence\..*;";

    [Theory]
    [InlineData("gemm", "halves of the right operand change places", @"(mma\.sync.*\}, \{)(%r\d+), (%r\d+)(\}, \{%f)", "$1$3, $2$4")]
    [InlineData("gemm", "rows of the left operand change places", @"(mma\.sync.*?\}, \{)(%r\d+), (%r\d+)(, %r\d+, %r\d+\})", "$1$3, $2$4")]
    [InlineData("attention-prefill", "values are not transposed", @"x4\.trans\.", "x4.")]
    [InlineData("attention-prefill", "the next page is read", @"(mul\.hi\.u32 .*\n.*mul\.wide\.s32 .*\n.*add\.s64 .*\n.*ld\.global\.u32 .*)\]", "$1+4]")]
    [InlineData("attention-decode", "the next page is read", @"(?s)^(.*?cp\.async\.ca\.[^;]*)\], 4;", "$1+4], 4;")]
    [InlineData("attention-decode", "the sequence after the coming ones is another", @"(?s)^(.*cp\.async\.ca\.[^;]*)\], 4;", "$1+4], 4;")]
    [InlineData("attention-decode", "the part of another sequence is taken", @"(ld\.global\.u32 .*)\+4\]", "$1+8]")]
    [InlineData("attention-decode", "keys are transposed", @"m8n8\.x4\.shared", "m8n8.x4.trans.shared")]
    [InlineData("rms-norm", "the mean is over another width", @"cvt\.rn\.f32\.s32 (.*), (%r\d+);", "cvt.rn.f32.s32 $1, %tid.x;")]
    [InlineData("page-copy", "the next page is copied", @"(ld\.global\.s32 .*)\]", "$1+4]")]
    [InlineData("rope-store", "tokens without a slot are written", @"(setp\.lt\.s32\s+%p\d+, %r\d+), 0;", "$1, -1;")]
    [InlineData("embed", "the next token is read", @"(ld\.global\.s32 .*)\]", "$1+4]")]
    public void ABrokenKernelIsCaught(string op, string how, string pattern, string replacement)
    {
        bool isBroken = false;
        bool isCaught = IsCaught(op, ptx =>
        {
            string broken = Regex.Replace(ptx, pattern, replacement);
            isBroken |= broken != ptx;
            return broken;
        });

        isBroken.Should().BeTrue("{0} is to be broken so that {1}", op, how);
        isCaught.Should().BeTrue("in {0} {1}", op, how);
    }

    [Theory]
    [InlineData("rms-norm", 1)]
    [InlineData("attention-prefill", 2)]
    [InlineData("attention-prefill", 2, 90)]
    [InlineData("attention-decode", 14)]
    [InlineData("gemm", 24)]
    [InlineData("sample", 13)]
    public void EveryBarrierWaitAndFenceOfAKernelIsMissedWhereItIsNot(string op, int count, int computeCapability = 80)
    {
        int found = 0;
        for (int left = 0; left < count; left++)
        {
            IsCaught(op, ptx =>
            {
                int seen = 0;
                string broken = Regex.Replace(ptx, Ordering, match => seen++ == left ? "" : match.Value);
                found = seen;
                return broken;
            }, computeCapability).Should().BeTrue("{0} lacks number {1}", op, left);
        }

        found.Should().Be(count, "all of {0} are to be left out in turn", op);
    }

    private static bool IsCaught(string op, Func<string, string> rewrite, int computeCapability = 80)
    {
        // Only what is compiled for just that capability is broken: the rest is caught on the oldest one.
        string target = $".target sm_{computeCapability}\n";
        using var gpu = new EmulatedGpu(new EmulatorOptions { ComputeCapability = computeCapability, Rewrite = ptx => ptx.Contains(target) ? rewrite(ptx) : ptx });
        return gpu.Run(CheckCatalog.Cases(op, CheckSize.Small, seed: 1)).Any(result => !result.Passed) || gpu.Faults.Length > 0;
    }
}
