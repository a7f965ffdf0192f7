using Preble.Grains.Interfaces;
using Preble.Silo;
using Preble.Silo.Actors;

namespace Preble.Cluster.Tests;

public sealed class SiloTitleTests
{
    [Theory]
    [InlineData("east-1", SiloRoles.Gateway, 1, "east-1 (gateway, contracts 1)")]
    [InlineData("a.b_c", SiloRoles.Worker, 12, "a.b_c (worker, contracts 12)")]
    [InlineData("", SiloRoles.Gateway | SiloRoles.Worker, 1, " (gateway+worker, contracts 1)")]
    internal void WhatASiloSaysOfItselfIsReadAsItWasWritten(string name, SiloRoles roles, int contracts, string text)
    {
        var title = new SiloTitle(name, roles, contracts);
        title.ToString().Should().Be(text);
        SiloTitle.Parse(text).Should().Be(title);
    }

    [Fact]
    public void SilosOfOneSecretSayTheSameOfItAndOfTwoTheySayDifferentThings()
    {
        SiloIdentity silo = SiloIdentity.Of(new PrebleOptions { SiloName = "east-1" });
        SiloTitle title = SiloTitle.Of(silo, "one secret", null);
        SiloTitle.Parse(title.ToString()).Should().Be(title).And.Be(SiloTitle.Of(silo, "one secret", null));
        title.ToString().Should().MatchRegex(@"^east-1 \(gateway\+worker, contracts \d+, secret [0-9a-f]{4}\)$");
        title.Should().NotBe(SiloTitle.Of(silo, "another secret", null));
    }

    [Fact]
    public void WhatLaterVersionsAddIsPassedOver() =>
        SiloTitle.Parse("east-1 (worker, contracts 7, secret 00ff, authority 0a0b, region eu)").Should().Be(new SiloTitle("east-1", SiloRoles.Worker, Contracts: 7, "00ff", "0a0b"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Silo_7f0c3")]
    [InlineData("east-1 (clerk, contracts 1)")]
    [InlineData("east-1 (worker, contracts 99999999999)")]
    public void ASiloOfAnotherProgramFitsNothing(string? text)
    {
        SiloTitle title = SiloTitle.Parse(text);
        title.Roles.Should().Be(SiloRoles.None);
        title.Contracts.Should().NotBe(ContractVersion.Current);
    }
}
