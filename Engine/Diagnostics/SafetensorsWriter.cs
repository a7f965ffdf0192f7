using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Preble.Engine.Weights;

namespace Preble.Engine.Diagnostics;

/// <summary>Writes safetensors files, for models with random weights.</summary>
internal static class SafetensorsWriter
{
    /// <summary>A tensor to write: its numbers are asked for one by one, in order.</summary>
    internal sealed record Entry(string Name, TensorType Type, long[] Shape, Func<float> Next)
    {
        internal int ElementBytes => Type == TensorType.F32 ? 4 : 2;

        internal long Count => Shape.Aggregate(1L, (a, b) => a * b);
    }

    internal static void Write(string path, IReadOnlyList<Entry> entries)
    {
        using var stream = new BufferedStream(File.Create(path), 1 << 20);
        byte[] header = Encoding.UTF8.GetBytes(Header(entries));
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        stream.Write(prefix);
        stream.Write(header);
        Span<byte> bytes = stackalloc byte[4];
        foreach (Entry entry in entries)
        {
            for (long i = 0; i < entry.Count; i++)
            {
                stream.Write(bytes[..Encode(entry.Type, entry.Next(), bytes)]);
            }
        }
    }

    internal static int Encode(TensorType type, float value, Span<byte> target)
    {
        switch (type)
        {
            case TensorType.F32:
                BinaryPrimitives.WriteSingleLittleEndian(target, value);
                return 4;
            case TensorType.F16:
                BinaryPrimitives.WriteHalfLittleEndian(target, (Half)value);
                return 2;
            default:
                BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
                return 2;
        }
    }

    private static string Header(IReadOnlyList<Entry> entries)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            long offset = 0;
            foreach (Entry entry in entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", entry.Type.ToString());
                json.WriteStartArray("shape");
                foreach (long dimension in entry.Shape)
                {
                    json.WriteNumberValue(dimension);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += entry.Count * entry.ElementBytes;
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(memory.ToArray());
    }
}
