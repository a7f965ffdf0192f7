using System.Text;
using Preble.Cli.Serving;

namespace Preble.Cli.Tests.Serving;

public sealed class EventReaderTests
{
    [Theory]
    [InlineData("data: a\n\ndata: b\n\n", "a|b")]
    [InlineData("data:a\r\n\r\ndata:  b\r\n\r\n", "a| b")]
    [InlineData(": ping\n\ndata: a\n: pong\n\n", "a")]
    [InlineData("event: x\nid: 3\ndata: a\ndata: b\n\n", "a\nb")]
    [InlineData("data: a\n\ndata: [DONE]", "a|[DONE]")]
    [InlineData("data: a\n\n\n\n\ndata: b\n\n", "a|b")]
    [InlineData("data\n\ndata:\n\n", "")]
    [InlineData("", null)]
    [InlineData("nonsense\n\n", null)]
    public async Task EventsAreReadAsTheStandardSays(string stream, string? events) =>
        (await ReadAsync(stream, 1024)).Should().Equal(events is null ? [] : events.Split('|'));

    [Fact]
    public async Task WhereTheNetworkCutsTheStreamDoesNotMatter()
    {
        var random = new Random(3);
        for (int round = 0; round < 200; round++)
        {
            var text = new StringBuilder();
            var wanted = new List<string>();
            for (int i = random.Next(1, 8); i > 0; i--)
            {
                string data = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => (char)random.Next('a', 'z' + 1))) + "é漢";
                string end = random.Next(2) == 0 ? "\n" : "\r\n";
                text.Append(random.Next(3) == 0 ? ": ping" + end + end : "").Append("data: ").Append(data).Append(end).Append(end);
                wanted.Add(data);
            }

            (await ReadAsync(text.ToString(), random.Next(1, 12))).Should().Equal(wanted);
        }
    }

    [Fact]
    public async Task AnEventWithoutEndIsNotKeptForEver()
    {
        using var endless = new EndlessStream();
        Func<Task> read = async () =>
        {
            await foreach (ReadOnlyMemory<byte> _ in EventReader.ReadAsync(endless, default))
            {
            }
        };

        await read.Should().ThrowAsync<InvalidDataException>();
        endless.Sent.Should().BeLessThan(2 * EventReader.EventBytesMax);
    }

    private static async Task<List<string>> ReadAsync(string text, int pieces)
    {
        var events = new List<string>();
        await foreach (ReadOnlyMemory<byte> data in EventReader.ReadAsync(new PieceStream(Encoding.UTF8.GetBytes(text), pieces), default))
        {
            events.Add(Encoding.UTF8.GetString(data.Span));
        }

        return events;
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class PieceStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }

    /// <summary>The letter a, for ever.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public long Sent { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'a');
            Sent += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
