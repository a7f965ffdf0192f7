using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests.Wire;

/// <summary>What becomes of messages between silos.</summary>
public sealed class MessageTests
{
    private static readonly Serializer Serializer = Services().GetRequiredService<Serializer>();

    private static readonly DeepCopier Copier = Services().GetRequiredService<DeepCopier>();

    public static TheoryData<string> Messages =>
        [.. MessageTypes().Select(type => type.Name)];

    /// <param name="message">Its name.</param>
    [Theory]
    [MemberData(nameof(Messages))]
    public void AMessageArrivesAsItWasSent(string message)
    {
        Arrives(Make(message, 3, withNulls: false));
        Arrives(Make(message, 3, withNulls: true));
        Arrives(Make(message, 0, withNulls: false));
        Arrives(Make(message, 20_000, withNulls: false));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void AMessageWithinASiloIsNotCopied(string message)
    {
        object sent = Make(message, 3, withNulls: false);

        Copier.Copy(sent).Should().BeSameAs(sent);
    }

    [Fact]
    public void PageKeysAreWrittenWithTenBytesAtMost()
    {
        var random = new Random(1);
        ulong[] keys = [.. Enumerable.Range(0, 1000).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
        var promise = new PagePromise { WorkerId = "w", RequestId = "r", PageKeys = keys };

        Serializer.SerializeToArray(promise).Length.Should().BeInRange(8 * keys.Length, 10 * keys.Length);
    }

    [Fact]
    public void AFieldAddedLaterIsSkippedByAnEarlierReader()
    {
        var sent = new LaterShape { Name = "n", Added = [1, 2, 3], AddedInside = new LaterInner { Number = 7, Added = "x" }, Inner = [new LaterInner { Number = 8, Added = "y" }] };

        EarlierShape read = Serializer.Deserialize<EarlierShape>(Serializer.SerializeToArray(sent))!;

        read.Name.Should().Be("n");
        read.Inner.Should().ContainSingle().Which.Number.Should().Be(8);
    }

    [Fact]
    public void AFieldThatAnEarlierWriterDidNotKnowIsReadAsItsDefault()
    {
        var sent = new EarlierShape { Name = "n", Inner = [new EarlierInner { Number = 8 }] };

        LaterShape? read = Serializer.Deserialize<LaterShape>(Serializer.SerializeToArray(sent));

        read.Should().BeEquivalentTo(new LaterShape { Name = "n", Inner = [new LaterInner { Number = 8 }] });
    }

    private static ServiceProvider Services() => new ServiceCollection().AddSerializer().BuildServiceProvider();

    private static object Make(string message, int arrayLength, bool withNulls)
    {
        Type type = MessageTypes().Single(type => type.Name == message);
        return new MessageMaker(arrayLength, withNulls).Make(type);
    }

    private static IEnumerable<Type> MessageTypes() => typeof(GenerateRequest).Assembly.GetTypes()
        .Where(type => type.IsClass && type.Namespace == typeof(GenerateRequest).Namespace && type.GetCustomAttribute<GenerateSerializerAttribute>() is not null);

    private static void Arrives(object sent)
    {
        object? read = Serializer.Deserialize<object>(Serializer.SerializeToArray(sent));

        read.Should().BeOfType(sent.GetType()).And.NotBeSameAs(sent);
        JsonSerializer.Serialize(read, sent.GetType()).Should().Be(JsonSerializer.Serialize(sent, sent.GetType()));
    }

    [GenerateSerializer]
    [Alias("preble.tests.earlier")]
    internal sealed record EarlierShape
    {
        [Id(0)]
        public required string Name { get; init; }

        [Id(3)]
        public required EarlierInner[] Inner { get; init; }
    }

    [GenerateSerializer]
    [Alias("preble.tests.earlier-inner")]
    internal sealed record EarlierInner
    {
        [Id(0)]
        public required int Number { get; init; }
    }

    [GenerateSerializer]
    [Alias("preble.tests.later")]
    internal sealed record LaterShape
    {
        [Id(0)]
        public required string Name { get; init; }

        [Id(1)]
        public int[]? Added { get; init; }

        [Id(2)]
        public LaterInner? AddedInside { get; init; }

        [Id(3)]
        public required LaterInner[] Inner { get; init; }
    }

    [GenerateSerializer]
    [Alias("preble.tests.later-inner")]
    internal sealed record LaterInner
    {
        [Id(0)]
        public required int Number { get; init; }

        [Id(1)]
        public string? Added { get; init; }
    }
}
