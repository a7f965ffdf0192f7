using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Preble.Cli.Serving;

/// <summary>Reads server-sent events as they come. Only their data is of interest; comments, which servers send to keep a connection alive, are skipped.</summary>
internal static class EventReader
{
    /// <summary>Bytes of one event at most: a stream that sends more is not one of tokens.</summary>
    public const int EventBytesMax = 4 << 20;

    private static ReadOnlySpan<byte> DataField => "data:"u8;

    /// <summary>The data of each event, as soon as its end has come. What stands at the end of the stream without one counts too.</summary>
    /// <exception cref="InvalidDataException">An event is longer than <see cref="EventBytesMax"/>.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancel)
    {
        PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        var data = new ArrayBufferWriter<byte>();
        bool any = false;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancel);
            ReadOnlySequence<byte> rest = read.Buffer;
            while (TryTakeLine(ref rest, read.IsCompleted, out ReadOnlySequence<byte> line))
            {
                if (line.IsEmpty && any)
                {
                    yield return data.WrittenMemory;
                    data.Clear();
                    any = false;
                }

                any |= Append(line, data, any);
            }

            if (data.WrittenCount + rest.Length > EventBytesMax)
            {
                throw new InvalidDataException($"the stream sent an event of more than {EventBytesMax:N0} bytes");
            }

            reader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        if (any)
        {
            yield return data.WrittenMemory;
        }
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, bool last, out ReadOnlySequence<byte> line)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
        }
        else if (last && !rest.IsEmpty)
        {
            line = rest;
            rest = rest.Slice(rest.End);
        }
        else
        {
            line = default;
            return false;
        }

        if (!line.IsEmpty && line.Slice(line.Length - 1).FirstSpan[0] == (byte)'\r')
        {
            line = line.Slice(0, line.Length - 1);
        }

        return true;
    }

    private static bool Append(ReadOnlySequence<byte> line, ArrayBufferWriter<byte> data, bool follows)
    {
        if (line.Length < DataField.Length)
        {
            return false;
        }

        Span<byte> field = stackalloc byte[DataField.Length];
        line.Slice(0, DataField.Length).CopyTo(field);
        if (!field.SequenceEqual(DataField))
        {
            return false;
        }

        if (follows)
        {
            data.Write("\n"u8);
        }

        line = line.Slice(DataField.Length);
        if (!line.IsEmpty && line.FirstSpan[0] == (byte)' ')
        {
            line = line.Slice(1);
        }

        foreach (ReadOnlyMemory<byte> part in line)
        {
            data.Write(part.Span);
        }

        return true;
    }
}
