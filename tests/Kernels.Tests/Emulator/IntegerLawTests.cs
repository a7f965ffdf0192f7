using System.Numerics;

namespace Preble.Kernels.Tests.Emulator;

public sealed class IntegerLawTests
{
    private static readonly Dictionary<string, Func<uint, uint, uint, uint>> Operations = new()
    {
        ["add.u32 %r4, %r1, %r2;"] = (a, b, _) => a + b,
        ["sub.s32 %r4, %r1, %r2;"] = (a, b, _) => a - b,
        ["mul.lo.s32 %r4, %r1, %r2;"] = (a, b, _) => a * b,
        ["mul.hi.u32 %r4, %r1, %r2;"] = (a, b, _) => (uint)(((BigInteger)a * b) >> 32),
        ["mul.hi.s32 %r4, %r1, %r2;"] = (a, b, _) => (uint)((((BigInteger)(int)a * (int)b) >> 32) & uint.MaxValue),
        ["mad.lo.u32 %r4, %r1, %r2, %r3;"] = (a, b, c) => (a * b) + c,
        ["div.u32 %r4, %r1, %r2;"] = (a, b, _) => b == 0 ? uint.MaxValue : a / b,
        ["rem.u32 %r4, %r1, %r2;"] = (a, b, _) => b == 0 ? a : a % b,
        ["div.s32 %r4, %r1, 7;"] = (a, _, _) => (uint)((int)a / 7),
        ["rem.s32 %r4, %r1, -5;"] = (a, _, _) => (uint)((int)a % -5),
        ["min.s32 %r4, %r1, %r2;"] = (a, b, _) => (uint)Math.Min((int)a, (int)b),
        ["max.u32 %r4, %r1, %r2;"] = (a, b, _) => Math.Max(a, b),
        ["abs.s32 %r4, %r1;"] = (a, _, _) => (int)a < 0 ? 0 - a : a,
        ["neg.s32 %r4, %r1;"] = (a, _, _) => 0 - a,
        ["and.b32 %r4, %r1, %r2;"] = (a, b, _) => a & b,
        ["or.b32 %r4, %r1, 0x10F;"] = (a, _, _) => a | 0x10F,
        ["xor.b32 %r4, %r1, %r2;"] = (a, b, _) => a ^ b,
        ["not.b32 %r4, %r1;"] = (a, _, _) => ~a,
        ["shl.b32 %r4, %r1, %r2;"] = (a, b, _) => b > 31 ? 0 : a << (int)b,
        ["shr.u32 %r4, %r1, %r2;"] = (a, b, _) => b > 31 ? 0 : a >> (int)b,
        ["shr.s32 %r4, %r1, %r2;"] = (a, b, _) => (uint)((int)a >> (int)Math.Min(b, 31)),
        ["shf.l.wrap.b32 %r4, %r1, %r2, %r3;"] = (a, b, c) => (uint)((((UInt128)b << 32) | a) << (int)(c & 31) >> 32),
        ["shf.r.wrap.b32 %r4, %r1, %r2, %r3;"] = (a, b, c) => (uint)((((ulong)b << 32) | a) >> (int)(c & 31)),
        ["shf.r.clamp.b32 %r4, %r1, %r2, %r3;"] = (a, b, c) => (uint)((((ulong)b << 32) | a) >> (int)Math.Min(c, 32)),
        ["bfe.u32 %r4, %r1, 5, 9;"] = (a, _, _) => (a >> 5) & 511,
        ["bfe.s32 %r4, %r1, 5, 9;"] = (a, _, _) => (uint)((int)(a << 18) >> 23),
        ["bfi.b32 %r4, %r1, %r2, 5, 9;"] = (a, b, _) => (b & ~(511u << 5)) | ((a & 511) << 5),
        ["popc.b32 %r4, %r1;"] = (a, _, _) => (uint)BitOperations.PopCount(a),
        ["clz.b32 %r4, %r1;"] = (a, _, _) => (uint)BitOperations.LeadingZeroCount(a),
        ["bfind.u32 %r4, %r1;"] = (a, _, _) => a == 0 ? uint.MaxValue : (uint)BitOperations.Log2(a),
        ["brev.b32 %r4, %r1;"] = (a, _, _) => Enumerable.Range(0, 32).Aggregate(0u, (bits, n) => bits | ((a >> n & 1) << (31 - n))),
        ["prmt.b32 %r4, %r1, %r2, 0x7531;"] = (a, b, _) =>
            (a >> 8 & 255) | ((a >> 24 & 255) << 8) | ((b >> 8 & 255) << 16) | ((b >> 24 & 255) << 24),
        ["lop3.b32 %r4, %r1, %r2, %r3, 0xEA;"] = (a, b, c) => (a & b) | c,
        ["sad.u32 %r4, %r1, %r2, %r3;"] = (a, b, c) => (a > b ? a - b : b - a) + c,
        ["dp4a.s32.s32 %r4, %r1, %r2, %r3;"] = (a, b, c) => Enumerable.Range(0, 4).Aggregate(c, (sum, n) => sum + (uint)((sbyte)(a >> (8 * n)) * (sbyte)(b >> (8 * n)))),
        ["setp.lt.s32 %p1, %r1, %r2; selp.b32 %r4, %r3, 17, %p1;"] = (a, b, c) => (int)a < (int)b ? c : 17,
        ["setp.hi.u32 %p1|%p2, %r1, %r2; selp.b32 %r4, %r3, 17, %p2;"] = (a, b, c) => a > b ? 17 : c,
        ["setp.eq.s32 %p1, %r3, 0; setp.ge.and.u32 %p2, %r1, %r2, !%p1; selp.b32 %r4, 1, 2, %p2;"] = (a, b, c) => a >= b && c != 0 ? 1u : 2u,
        ["cvt.u16.u32 %h1, %r1; cvt.s32.s16 %r4, %h1;"] = (a, _, _) => (uint)(short)a,
        ["cvt.s8.s32 %r4, %r1;"] = (a, _, _) => (uint)(sbyte)a,
        ["cvt.sat.u8.s32 %r4, %r1;"] = (a, _, _) => (uint)Math.Clamp((int)a, 0, 255),
        ["mov.b32 {%h1, %h2}, %r1; mov.b32 %r4, {%h2, %h1};"] = (a, _, _) => (a << 16) | (a >> 16),
        ["cvt.u16.u32 %h1, %r1; cvt.u16.u32 %h2, %r2; add.s16 %h3, %h1, %h2; mul.lo.s16 %h3, %h3, %h1; cvt.u32.u16 %r4, %h3;"] = (a, b, _) => (ushort)((a + b) * a),
        ["cvt.u16.u32 %h1, %r1; cvt.u16.u32 %h2, %r2; max.s16 %h3, %h1, %h2; cvt.u32.u16 %r4, %h3;"] = (a, b, _) => (ushort)Math.Max((short)a, (short)b),
        ["cvt.u16.u32 %h1, %r1; shr.s16 %h1, %h1, 3; cvt.u32.u16 %r4, %h1;"] = (a, _, _) => (ushort)((short)a >> 3),
        ["cvt.u16.u32 %h1, %r1; cvt.u16.u32 %h2, %r2; mul.hi.u16 %h3, %h1, %h2; cvt.u32.u16 %r4, %h3;"] = (a, b, _) => (uint)(ushort)a * (ushort)b >> 16,
        ["cvt.u16.u32 %h1, %r1; cvt.u16.u32 %h2, %r2; mul.wide.s16 %r4, %h1, %h2;"] = (a, b, _) => (uint)((short)a * (short)b),
    };

    private static readonly Dictionary<string, Func<ulong, ulong, ulong, ulong>> LongOperations = new()
    {
        ["add.s64 %rd13, %rd10, %rd11;"] = (a, b, _) => a + b,
        ["sub.s64 %rd13, %rd10, %rd11;"] = (a, b, _) => a - b,
        ["mul.lo.s64 %rd13, %rd10, %rd11;"] = (a, b, _) => a * b,
        ["mul.hi.u64 %rd13, %rd10, %rd11;"] = (a, b, _) => (ulong)(((BigInteger)a * b) >> 64),
        ["mad.lo.s64 %rd13, %rd10, %rd11, %rd12;"] = (a, b, c) => (a * b) + c,
        ["div.u64 %rd13, %rd10, %rd11;"] = (a, b, _) => b == 0 ? ulong.MaxValue : a / b,
        ["rem.s64 %rd13, %rd10, 11;"] = (a, _, _) => (ulong)((long)a % 11),
        ["min.s64 %rd13, %rd10, %rd11;"] = (a, b, _) => (ulong)Math.Min((long)a, (long)b),
        ["max.u64 %rd13, %rd10, %rd11;"] = (a, b, _) => Math.Max(a, b),
        ["shl.b64 %rd13, %rd10, %r3;"] = (a, _, c) => (uint)c > 63 ? 0 : a << (int)c,
        ["shr.u64 %rd13, %rd10, %r3;"] = (a, _, c) => (uint)c > 63 ? 0 : a >> (int)c,
        ["shr.s64 %rd13, %rd10, %r3;"] = (a, _, c) => (ulong)((long)a >> (int)Math.Min((uint)c, 63)),
        ["cvt.u32.u64 %r1, %rd10; mul.wide.u32 %rd13, %r1, %r3;"] = (a, _, c) => (ulong)(uint)a * (uint)c,
        ["cvt.u32.u64 %r1, %rd10; mad.wide.s32 %rd13, %r1, %r3, %rd11;"] = (a, b, c) => (ulong)((long)(int)a * (int)c) + b,
        ["cvt.s64.s32 %rd13, %r3;"] = (_, _, c) => (ulong)(int)c,
        ["setp.gt.s64 %p1, %rd10, %rd11; selp.b64 %rd13, %rd12, %rd10, %p1;"] = (a, b, c) => (long)a > (long)b ? c : a,
        ["mov.b64 {%r1, %r2}, %rd10; mov.b64 %rd13, {%r2, %r1};"] = (a, _, _) => BitOperations.RotateLeft(a, 32),
        ["mov.b64 {%h1, %h2, %h3, %h4}, %rd10; mov.b64 %rd13, {%h4, %h3, %h2, %h1};"] = (a, _, _) =>
            (a << 48) | ((a & 0xFFFF0000) << 16) | ((a >> 16) & 0xFFFF0000) | (a >> 48),
        ["popc.b64 %r1, %rd10; cvt.u64.u32 %rd13, %r1;"] = (a, _, _) => (ulong)BitOperations.PopCount(a),
    };

    public static TheoryData<string> Names => new(Operations.Keys);

    public static TheoryData<string> LongNames => new(LongOperations.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void AnOperationGivesWhatItsDefinitionSays(string body)
    {
        var random = new Random(body.Length);
        for (int round = 0; round < 4; round++)
        {
            uint[] a = LaneProgram.Values(random);
            uint[] b = LaneProgram.Values(random);
            uint[] c = LaneProgram.Values(random);
            LaneProgram.Run(body, a, b, c).Should().Equal(Enumerable.Range(0, LaneProgram.Lanes).Select(lane => Operations[body](a[lane], b[lane], c[lane])));
        }
    }

    [Theory]
    [MemberData(nameof(LongNames))]
    public void AnOperationOf64BitsGivesWhatItsDefinitionSays(string body)
    {
        var random = new Random(body.Length);
        ulong[] a = LaneProgram.LongValues(random);
        ulong[] b = LaneProgram.LongValues(random);
        ulong[] c = [.. LaneProgram.LongValues(random).Select((value, lane) => lane < 8 ? value & 63 : value)];
        LaneProgram.Run(body, a, b, c).Should().Equal(Enumerable.Range(0, LaneProgram.Lanes).Select(lane => LongOperations[body](a[lane], b[lane], c[lane])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ALongProgramOfGuardedOperationsGivesWhatItsStepsGive(int seed)
    {
        // Registers %r1 to %r3 are the sources of each step; its result replaces one of them where a predicate holds.
        var random = new Random(seed);
        uint[][] start = [LaneProgram.Values(random), LaneProgram.Values(random), LaneProgram.Values(random)];
        uint[][] registers = [.. start.Select(row => row.ToArray())];
        string[] names = [.. Operations.Keys.Where(name => !name.Contains("setp", StringComparison.Ordinal))];
        var text = new System.Text.StringBuilder();
        for (int step = 0; step < 150; step++)
        {
            string name = names[random.Next(names.Length)];
            int target = random.Next(3);
            uint limit = (uint)random.NextInt64(1L << 32);
            int tested = random.Next(3);
            text.AppendLine(name).AppendLine($"setp.lo.u32 %p3, %r{tested + 1}, {limit}; @%p3 mov.u32 %r{target + 1}, %r4;");
            for (int lane = 0; lane < LaneProgram.Lanes; lane++)
            {
                uint result = Operations[name](registers[0][lane], registers[1][lane], registers[2][lane]);
                registers[target][lane] = registers[tested][lane] < limit ? result : registers[target][lane];
            }
        }

        LaneProgram.Run(text + "xor.b32 %r4, %r1, %r2; xor.b32 %r4, %r4, %r3;", start[0], start[1], start[2])
            .Should().Equal(Enumerable.Range(0, LaneProgram.Lanes).Select(lane => registers[0][lane] ^ registers[1][lane] ^ registers[2][lane]));
    }
}
