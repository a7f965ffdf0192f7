using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class PrefixRatesTests
{
    [Fact]
    public void EvenUsesGiveTheirRateAndAPauseTakesItAway()
    {
        var random = new Random(1);
        for (int round = 0; round < 200; round++)
        {
            var rates = new PrefixRates();
            var key = new PageKey((ulong)random.NextInt64());
            double gap = 0.001 + random.NextDouble();
            int uses = random.Next(2, 100);
            for (int i = 0; i < uses; i++)
            {
                rates.Use(key, Seconds(i * gap));
            }

            double last = (uses - 1) * gap;
            rates.PerSecond(key, Seconds(last)).Should().BeApproximately(1 / gap, 1e-3 / gap);
            double pause = gap * (1 + (random.NextDouble() * 100));
            rates.PerSecond(key, Seconds(last + pause)).Should().BeApproximately(1 / pause, 1e-3 / pause);
        }
    }

    [Fact]
    public void WhatWasUsedOnceOrNeverHasNoRate()
    {
        var rates = new PrefixRates();
        rates.PerSecond(default, default).Should().Be(0);
        rates.Use(default, default);
        rates.PerSecond(default, Seconds(1)).Should().Be(0);
        rates.Use(default, Seconds(2));
        rates.PerSecond(default, Seconds(2)).Should().BeApproximately(0.5, 1e-9);
    }

    /// <summary>However many prefixes there are, each is remembered with its own rate or not at all.</summary>
    [Fact]
    public void OnePrefixIsNeverTakenForAnother()
    {
        var random = new Random(2);
        var rates = new PrefixRates();
        PageKey[] keys = [.. Enumerable.Range(0, 3 * PrefixRates.PrefixesMax).Select(_ => new PageKey((ulong)random.NextInt64()))];
        for (int i = 0; i < keys.Length; i++)
        {
            rates.Use(keys[i], Seconds(i));
            rates.Use(keys[i], Seconds(i + 0.25));
        }

        TimeSpan now = Seconds(keys.Length);
        int known = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            double rate = rates.PerSecond(keys[i], now);
            known += rate > 0 ? 1 : 0;
            rate.Should().BeOneOf(0, 1 / (now - Seconds(i + 0.25)).TotalSeconds);
        }

        known.Should().BeInRange(PrefixRates.PrefixesMax / 2, PrefixRates.PrefixesMax);
        rates.PerSecond(keys[^1], now).Should().BePositive("the last one is there");
    }
}
