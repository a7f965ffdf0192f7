using Preble.Kernels.Device;

namespace Preble.Kernels.Tests.Emulator;

public sealed class WarpTests
{
    private static readonly uint[] Zeros = new uint[LaneProgram.Lanes];

    [Theory]
    [InlineData("up", 3, 0x0000)]
    [InlineData("down", 5, 0x001F)]
    [InlineData("bfly", 9, 0x001F)]
    [InlineData("idx", 7, 0x001F)]
    [InlineData("up", 2, 0x1800)]
    [InlineData("down", 6, 0x181F)]
    [InlineData("bfly", 4, 0x181F)]
    [InlineData("idx", 13, 0x181F)]
    public void AShuffleReadsTheLaneThatItsModeNamesWithinItsSegment(string mode, int b, int c)
    {
        uint[] values = LaneProgram.Values(new Random(b));
        uint[] shuffled = LaneProgram.Run($"shfl.sync.{mode}.b32 %r4|%p1, %r1, {b}, {c}, -1; selp.b32 %r5, 1, 0, %p1; shl.b32 %r5, %r5, 31; xor.b32 %r4, %r4, %r5;", values, Zeros, Zeros);
        int width = c >> 8 == 0 ? 32 : 32 - (c >> 8);
        for (int lane = 0; lane < LaneProgram.Lanes; lane++)
        {
            int start = lane / width * width;
            int source = mode switch { "up" => lane - b, "down" => lane + b, "bfly" => lane ^ b, _ => start + (b % width) };
            bool inside = mode switch { "up" => source >= start, "idx" => true, _ => source < start + width };
            (shuffled[lane] ^ (inside ? 0x80000000u : 0)).Should().Be(values[inside ? source : lane]);
        }
    }

    [Fact]
    public void VotesCountTheLanesThatTheMaskNames()
    {
        uint[] values = LaneProgram.Values(new Random(1));
        const uint Named = 0x00FF0FF3;
        uint[] result = LaneProgram.Run(
            $"mov.u32 %r4, 0; setp.lo.u32 %p1, %r1, 0x80000000; mov.u32 %r5, 1; shl.b32 %r5, %r5, %r0; and.b32 %r5, %r5, {Named}; setp.ne.u32 %p2, %r5, 0; @%p2 vote.sync.ballot.b32 %r4, %p1, {Named};",
            values,
            Zeros,
            Zeros);
        uint votes = values.Select((value, lane) => value < 0x80000000 ? 1u << lane : 0).Aggregate((a, b) => a | b) & Named;
        result.Should().Equal(Enumerable.Range(0, LaneProgram.Lanes).Select(lane => (Named >> lane & 1) == 0 ? 0 : votes));
    }

    [Theory]
    [InlineData("all", 32, true)]
    [InlineData("all", 31, false)]
    [InlineData("any", 1, true)]
    [InlineData("any", 0, false)]
    [InlineData("uni", 0, true)]
    [InlineData("uni", 32, true)]
    [InlineData("uni", 7, false)]
    public void VotesTellWhetherLanesAgree(string mode, int yes, bool expected)
    {
        uint[] result = LaneProgram.Run($"setp.lt.u32 %p1, %r0, {yes}; vote.sync.{mode}.pred %p2, %p1, -1; selp.b32 %r4, 1, 0, %p2;", Zeros, Zeros, Zeros);
        result.Should().AllBeEquivalentTo(expected ? 1u : 0u);
    }

    [Fact]
    public void LanesWithTheSameValueFindEachOther()
    {
        uint[] values = [.. Enumerable.Range(0, LaneProgram.Lanes).Select(lane => (uint)(lane * lane % 7))];
        LaneProgram.Run("match.sync.any.b32 %r4, %r1, -1;", values, Zeros, Zeros)
            .Should().Equal(values.Select(value => values.Select((other, lane) => other == value ? 1u << lane : 0).Aggregate((a, b) => a | b)));
    }

    [Fact]
    public void ReductionsRunOverTheNamedLanes()
    {
        uint[] values = LaneProgram.Values(new Random(3));
        LaneProgram.Run("redux.sync.add.s32 %r4, %r1, -1;", values, Zeros, Zeros).Should().AllBeEquivalentTo(values.Aggregate((a, b) => a + b));
        LaneProgram.Run("redux.sync.max.s32 %r4, %r1, -1;", values, Zeros, Zeros).Should().AllBeEquivalentTo((uint)values.Max(value => (int)value));
    }

    [Fact]
    public void OneLaneIsElected() =>
        LaneProgram.Run("elect.sync %r5|%p1, -1; selp.b32 %r4, 1, 0, %p1; add.u32 %r4, %r4, %r5;", Zeros, Zeros, Zeros)
            .Should().Equal(Enumerable.Range(0, LaneProgram.Lanes).Select(lane => lane == 0 ? 1u : 0u));

    [Fact]
    public void LanesThatComeToAShuffleByDifferentWaysMeetThere()
    {
        // Odd lanes pass through code that lies behind the shuffle and jump back.
        uint[] values = LaneProgram.Values(new Random(4));
        uint[] result = LaneProgram.Run(
            "and.b32 %r5, %r0, 1; setp.eq.u32 %p1, %r5, 1; @%p1 bra COLD; MEET: shfl.sync.bfly.b32 %r4, %r1, 1, 31, -1; bra END; COLD: add.u32 %r1, %r1, 1; bra MEET; END:",
            values,
            Zeros,
            Zeros);
        result.Should().Equal(Enumerable.Range(0, LaneProgram.Lanes).Select(lane => values[lane ^ 1] + (uint)((lane ^ 1) & 1)));
    }

    [Fact]
    public void LanesKnowTheirPlace()
    {
        LaneProgram.Run("mov.u32 %r4, %laneid;", Zeros, Zeros, Zeros).Should().Equal(Enumerable.Range(0, 32).Select(lane => (uint)lane));
        LaneProgram.Run("mov.u32 %r5, %lanemask_lt; popc.b32 %r4, %r5;", Zeros, Zeros, Zeros).Should().Equal(Enumerable.Range(0, 32).Select(lane => (uint)lane));
        LaneProgram.Run("mov.u32 %r4, %lanemask_ge;", Zeros, Zeros, Zeros).Should().Equal(Enumerable.Range(0, 32).Select(lane => uint.MaxValue << lane));
        LaneProgram.Run("setp.lt.u32 %p1, %r0, 5; @%p1 activemask.b32 %r4; @!%p1 activemask.b32 %r4; popc.b32 %r4, %r4;", Zeros, Zeros, Zeros)
            .Should().Equal(Enumerable.Range(0, 32).Select(lane => lane < 5 ? 5u : 27u));
    }

    [Theory]
    [InlineData("red.global.add.u32")]
    [InlineData("atom.global.add.u32 %r5,")]
    public void AtomicSumsOfManyBlocksLoseNothing(string instruction)
    {
        using var machine = new EmulatedMachine(new Preble.Emulator.EmulatorOptions { Parallelism = 2 });
        DeviceMemory result = machine.Upload(0u);
        machine.Run(machine.Kernel(1, $"{instruction} [%rd0], %r0;"), [result], threads: 96, blocks: 40);
        machine.Download<uint>(result).Should().Equal(40u * (95 * 96 / 2));
    }

    [Fact]
    public void AnAtomicSwapSeesTheOldValue()
    {
        using var machine = new EmulatedMachine();
        DeviceMemory word = machine.Upload(uint.MaxValue);
        DeviceMemory result = machine.Allocate(4 * 32);
        machine.Run(machine.Kernel(2, "atom.global.cas.b32 %r1, [%rd0], -1, %r0; add.u64 %rd9, %rd1, %rd8; st.global.u32 [%rd9], %r1;"), [word, result]);
        uint winner = machine.Download<uint>(word)[0];
        machine.Download<uint>(result).Should().Equal(Enumerable.Range(0, 32).Select(lane => lane == winner ? uint.MaxValue : winner));
    }
}
