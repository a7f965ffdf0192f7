using Preble.Embedded.References;
using Preble.Embedded.Tests.Grains;
using Preble.Embedded.Tests.Shared;

namespace Preble.Embedded.Tests;

/// <summary>References, and what a grain interface may be.</summary>
public sealed class ReferenceTests : IAsyncLifetime
{
    private readonly FakeTimeHost _host = new();

    public interface IWithProperty : IGrainWithStringKey
    {
        int Number { get; }
    }

    public interface IWithVoid : IGrainWithStringKey
    {
        void Nothing();
    }

    public interface IGenericMethod : IGrainWithStringKey
    {
        Task<T> Echo<T>(T value);
    }

    public interface IByReference : IGrainWithStringKey
    {
        Task Read(in long value);
    }

    public interface ITwoTokens : IGrainWithStringKey
    {
        Task Wait(CancellationToken first, CancellationToken second);
    }

    public interface IUnimplemented : IGrainWithStringKey
    {
        Task Nothing();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData(typeof(IWithProperty))]
    [InlineData(typeof(IWithVoid))]
    [InlineData(typeof(IGenericMethod))]
    [InlineData(typeof(IByReference))]
    [InlineData(typeof(ITwoTokens))]
    public void InterfacesThatGrainsCannotHaveAreRefused(Type type)
    {
        FluentActions.Invoking(() => _host.Grains.GetGrain(type, "key")).Should().Throw<NotSupportedException>();
    }

    [Fact]
    public void ClassesAreFoundByInterfaceAndAmbiguityIsAnError()
    {
        FluentActions.Invoking(() => _host.Grains.GetGrain<IUnimplemented>("key")).Should().Throw<ArgumentException>().WithMessage("*IUnimplemented*");
        FluentActions.Invoking(() => _host.Grains.GetGrain<IProbeGrain>("key")).Should().Throw<ArgumentException>().WithMessage("*Several*");
        _host.Grains.GetGrain<IProbeGrain>("key", typeof(ProbeGrain).FullName).GetGrainId().ToString().Should().Be("probe/key");
        FluentActions.Invoking(() => _host.Grains.GetGrain(typeof(string), "key")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => _host.Grains.GetGrain<IAgedGrain>(" ")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => _host.Grains.GetGrain<IAgedGrain>(GrainId.Create("no-such", "key"))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task IdentityIsClassAndKey()
    {
        IAgedGrain aged = _host.Grains.GetGrain<IAgedGrain>("a key/with:all");
        aged.GetGrainId().Should().Be(GrainId.Create("five-minutes", "a key/with:all"));
        aged.GetPrimaryKeyString().Should().Be("a key/with:all");
        aged.ToString().Should().Be("five-minutes/a key/with:all");
        await _host.Grains.GetGrain<IAgedGrain>(aged.GetGrainId()).Use();
        _host.Host.ActivationCount.Should().Be(1);
        aged.Should().Be(_host.Grains.GetGrain<IAgedGrain>("a key/with:all"));
        aged.Should().NotBe(_host.Grains.GetGrain<IAgelessGrain>("a key/with:all"));
    }

    [Fact]
    public async Task AReferenceCanBeHadThroughAnotherInterfaceOfTheClassOnly()
    {
        (IReentrantProbeGrain probe, _) = _host.ReentrantProbe();
        IProbeGrain wider = probe.AsReference<IProbeGrain>();
        (await wider.Key()).Should().Be(probe.GetPrimaryKeyString());
        IAgedGrain wrong = probe.AsReference<IAgedGrain>();
        await wrong.Awaiting(it => it.Use()).Should().ThrowAsync<InvalidCastException>();
        FluentActions.Invoking(() => new AgedGrain().AsReference<IAgedGrain>()).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void ATupleOfArgumentsNestsBeyondSeven()
    {
        Type[] types = [.. Enumerable.Repeat(typeof(int), 17)];
        ArgumentTuple.TypeOf([]).Should().Be(typeof(ValueTuple));
        ArgumentTuple.TypeOf(types.AsSpan(0, 7)).Should().Be(typeof((int, int, int, int, int, int, int)));
        ArgumentTuple.TypeOf(types).Should().Be(typeof((int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int)));
    }
}
