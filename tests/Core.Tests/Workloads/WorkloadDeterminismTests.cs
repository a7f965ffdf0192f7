using Preble.Core.Workloads;

namespace Preble.Core.Tests.Workloads;

/// <summary>The same seed is the same workload on every machine: in every result that was ever published with it.</summary>
public sealed class WorkloadDeterminismTests
{
    /// <summary>Hash of 1000 requests of seed 201. A line changes only when a generator is meant to change, and with it all results that name a seed.</summary>
    [Theory]
    [InlineData("toolbench", 6379531546149663079UL)]
    [InlineData("embodied", 16869789921298538878UL)]
    [InlineData("programming", 34722733473888099UL)]
    [InlineData("videoqa", 9933484902290074313UL)]
    [InlineData("loogle", 11167164137550495145UL)]
    [InlineData("azure-mixed", 6227315748834104974UL)]
    [InlineData("hot-burst", 536563234178910447UL)]
    [InlineData("documents-at-capacity", 17160938557467333884UL)]
    [InlineData("no-sharing", 13242160517928442613UL)]
    [InlineData("shared-prefix", 13936881042624378532UL)]
    public void ASeedIsTheSameWorkloadForEver(string name, ulong hash) =>
        Hash(WorkloadCatalog.Create(name, new WorkloadOptions { Rate = 12.5, Requests = 1000, Seed = 201 })).Should().Be(hash);

    [Fact]
    public void EveryWorkloadIsPinned()
    {
        object[] pinned = [.. typeof(WorkloadDeterminismTests).GetMethod(nameof(ASeedIsTheSameWorkloadForEver))!
            .GetCustomAttributesData().Where(data => data.AttributeType == typeof(InlineDataAttribute))
            .Select(data => ((IEnumerable<System.Reflection.CustomAttributeTypedArgument>)data.ConstructorArguments[0].Value!).First().Value!)];
        pinned.Should().BeEquivalentTo(WorkloadCatalog.Names);
    }

    /// <summary>Of the authors' reference implementations, xoshiro256** seeded by SplitMix64 from 0.</summary>
    [Fact]
    public void ChanceIsThePublishedGenerator()
    {
        WorkloadRandom.Mix(1_234_567).Should().Be(6_457_827_717_110_365_317);

        // The state that SplitMix64 gives from 0, and what the recurrence of xoshiro256** makes of it.
        ulong[] s = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC];
        var random = new WorkloadRandom(0, 0);
        for (int i = 0; i < 100; i++)
        {
            random.Bits().Should().Be(ulong.RotateLeft(s[1] * 5, 7) * 9);
            ulong t = s[1] << 17;
            s[2] ^= s[0];
            s[3] ^= s[1];
            s[1] ^= s[2];
            s[0] ^= s[3];
            s[2] ^= t;
            s[3] = ulong.RotateLeft(s[3], 45);
        }
    }

    [Fact]
    public void LogarithmAndExponentialAreThoseOfThePlatformUpToTheLastBits()
    {
        var random = new Random(9);
        for (int i = 0; i < 100_000; i++)
        {
            double exponent = (random.NextDouble() * 1200) - 600;
            double exp = Math.Exp(exponent);
            PortableMath.Exp(exponent).Should().BeApproximately(exp, exp * 2e-13, "{0}", exponent);
            PortableMath.Ln(exp).Should().BeApproximately(exponent, (Math.Abs(exponent) * 1e-15) + 1e-15);
            double share = 1 - random.NextDouble();
            PortableMath.Ln(share).Should().BeApproximately(Math.Log(share), (Math.Abs(Math.Log(share)) * 1e-15) + 1e-16);
        }

        PortableMath.Ln(1).Should().Be(0);
        PortableMath.Exp(0).Should().Be(1);
        foreach (double x in new[] { 0, -1, double.NaN, double.PositiveInfinity, double.Epsilon })
        {
            FluentActions.Invoking(() => PortableMath.Ln(x)).Should().Throw<ArgumentOutOfRangeException>();
        }

        FluentActions.Invoking(() => PortableMath.Exp(double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void DrawsHaveTheirDistributions()
    {
        var random = new WorkloadRandom(4, 2);
        double[] normal = [.. Enumerable.Range(0, 200_000).Select(_ => random.Normal())];
        LengthSummary summary = LengthSummary.Of(normal);
        summary.Mean.Should().BeApproximately(0, 0.01);
        summary.Deviation.Should().BeApproximately(1, 0.01);
        summary.P90.Should().BeApproximately(1.2816, 0.015);
        double[] gaps = [.. Enumerable.Range(0, 200_000).Select(_ => random.Exponential())];
        LengthSummary.Of(gaps).Mean.Should().BeApproximately(1, 0.01);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[random.Below(7)]++;
        }

        counts.Should().OnlyContain(count => Math.Abs(count - 10_000) < 500);
        int[] shuffled = [.. Enumerable.Range(0, 1000)];
        random.Shuffle<int>(shuffled);
        shuffled.Should().BeEquivalentTo(Enumerable.Range(0, 1000)).And.NotBeInAscendingOrder();
    }

    private static ulong Hash(Workload workload)
    {
        ulong hash = 14_695_981_039_346_656_037;
        foreach (WorkloadRequest request in workload.Requests)
        {
            Add((ulong)request.Arrival.Ticks);
            Add((ulong)request.After);
            foreach (PromptSegment segment in request.Prompt.Span)
            {
                Add(segment.Content);
                Add((ulong)segment.Tokens);
            }

            Add(request.Output.Content);
            Add((ulong)request.Output.Tokens);
        }

        return hash;

        void Add(ulong value) => hash = WorkloadRandom.Mix(hash ^ value);
    }
}
