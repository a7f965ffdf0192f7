using System.Buffers.Binary;

namespace Preble.Emulator.Parsing;

/// <summary>Reads the declaration of a variable or parameter after its state space.</summary>
internal static class PtxVariableParser
{
    internal static PtxVariable Read(PtxReader reader, PtxSpace space)
    {
        int line = reader.Line;
        int align = 0;
        int vector = 1;
        PtxType type = default;
        while (reader.Next.Text.StartsWith('.'))
        {
            string word = reader.Word();
            if (word == ".align")
            {
                align = reader.Integer();
            }
            else if (word is ".v2" or ".v4")
            {
                vector = word[2] - '0';
            }
            else if (word == ".ptr")
            {
                // What a pointer parameter points to: .ptr .global .align 16
                while (reader.Next.Text is ".global" or ".shared" or ".const" or ".local" or ".align")
                {
                    if (reader.Word() == ".align")
                    {
                        reader.Integer();
                    }
                }
            }
            else if (!PtxType.TryParse(word, out type))
            {
                throw new PtxException(line, $"unknown type or attribute '{word}'");
            }
        }

        if (type == default)
        {
            throw new PtxException(line, "a variable without a type");
        }

        string name = reader.Word();
        long count = vector;
        bool open = false;
        while (reader.Accept("["))
        {
            if (reader.Is("]"))
            {
                open = true;
            }
            else
            {
                count *= reader.Integer();
            }

            reader.Expect("]");
        }

        byte[]? initial = reader.Accept("=") ? ReadInitial(reader, type, open ? -1 : checked((int)count * type.Bytes)) : null;
        int bytes = open ? initial?.Length ?? 0 : checked((int)count * type.Bytes);
        return new PtxVariable(space, name, align == 0 ? type.Bytes * vector : align, bytes, initial, line);
    }

    private static byte[] ReadInitial(PtxReader reader, PtxType type, int bytes)
    {
        var values = new List<byte>();
        ReadValues(reader, type, values);
        if (bytes >= 0)
        {
            if (values.Count > bytes)
            {
                throw new PtxException(reader.Line, "more initial values than the variable holds");
            }

            values.AddRange(new byte[bytes - values.Count]);
        }

        return [.. values];
    }

    private static void ReadValues(PtxReader reader, PtxType type, List<byte> values)
    {
        if (reader.Accept("{"))
        {
            while (!reader.Accept("}"))
            {
                ReadValues(reader, type, values);
                reader.Accept(",");
            }

            return;
        }

        PtxOperand number = reader.Number();
        ulong bits = (number.Kind, type.Letter, type.Bits) switch
        {
            (PtxOperandKind.Integer, not 'f', _) => (ulong)number.Integer,
            (_, 'f', 32) => number.FloatBits ?? BitConverter.SingleToUInt32Bits((float)Value(number)),
            (_, 'f', 64) => BitConverter.DoubleToUInt64Bits(Value(number)),
            (PtxOperandKind.Float, 'b', 32) when number.FloatBits is uint exact => exact,
            _ => throw new PtxException(reader.Line, $"an initial value that does not fit {type}"),
        };
        Span<byte> buffer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, bits);
        values.AddRange(buffer[..type.Bytes]);
    }

    private static double Value(PtxOperand number) => number.Kind == PtxOperandKind.Integer ? number.Integer : number.Float;
}
