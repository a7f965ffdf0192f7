using System.Buffers.Binary;
using System.Text;
using Preble.Engine.Weights;

namespace Preble.Engine.Tests.Weights;

/// <summary>A damaged file is refused with a message that says what is wrong, and is never read outside its bytes.</summary>
public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("preble-tensors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string, int> BadHeaders => new()
    {
        { """[1]""", "JSON Array; an object of tensors", 0 },
        { """{"a":1}""", "JSON Number; an object was expected", 0 },
        { """{"a":{"shape":[1],"data_offsets":[0,4]}}""", "no dtype", 4 },
        { """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", "no shape", 4 },
        { """{"a":{"dtype":"F32","shape":[1]}}""", "no data_offsets", 4 },
        { """{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", "dtype 'F33' is unknown", 4 },
        { """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "shape holds -1", 4 },
        { """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "shape holds 1.5", 4 },
        { """{"a":{"dtype":"F32","shape":["x"],"data_offsets":[0,4]}}""", "shape holds \"x\"", 4 },
        { """{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", "9 dimensions", 4 },
        { """{"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,4]}}""", "larger than any file", 4 },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", "data_offsets have 1 numbers", 4 },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "outside", 4 },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "outside the 4 bytes of data in the file; is it truncated?", 4 },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}""", "outside", 4 },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "has 4 bytes, but F32 [2] needs 8", 4 },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "twice", 8 },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", "overlaps that of 'a'", 6 },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "4 bytes before its data belong to no tensor", 8 },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "4 bytes at its end belong to no tensor", 8 },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", "not valid JSON", 4 },
        { "", "its length is given as 0 bytes", 4 },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void ABadHeaderIsRefusedWithItsReason(string header, string reason, int dataBytes)
    {
        string path = Write(header, dataBytes);
        Action act = () => SafetensorsFile.Open(path).Dispose();
        act.Should().Throw<ModelFormatException>().WithMessage($"{path}*{reason}*").Which.File.Should().Be(path);
    }

    [Fact]
    public void AFileTooShortForItsHeaderIsRefused()
    {
        string path = Path.Combine(_folder, "short");
        for (int length = 0; length < 8; length++)
        {
            File.WriteAllBytes(path, new byte[length]);
            ((Action)(() => SafetensorsFile.Open(path).Dispose())).Should().Throw<ModelFormatException>().WithMessage($"*{length} bytes*too few*");
        }

        byte[] huge = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(huge, ulong.MaxValue);
        File.WriteAllBytes(path, huge);
        ((Action)(() => SafetensorsFile.Open(path).Dispose())).Should().Throw<ModelFormatException>().WithMessage("*18446744073709551615*");
        BinaryPrimitives.WriteUInt64LittleEndian(huge, 57);
        File.WriteAllBytes(path, huge);
        ((Action)(() => SafetensorsFile.Open(path).Dispose())).Should().Throw<ModelFormatException>().WithMessage("*truncated*");
    }

    [Fact]
    public void AMissingFileIsRefusedByPath()
    {
        string path = Path.Combine(_folder, "none");
        ((Action)(() => SafetensorsFile.Open(path).Dispose())).Should().Throw<ModelFormatException>().WithMessage($"{path}*cannot be read*");
    }

    [Fact]
    public void ValidTensorsAreReadWidened()
    {
        string header = """
            {"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[2],"data_offsets":[4,8]},"empty":{"dtype":"I64","shape":[0,3],"data_offsets":[4,4]},
            "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"c":{"dtype":"BF16","shape":[1,1],"data_offsets":[8,10]}}
            """;
        string path = Write(header, 10, data =>
        {
            BinaryPrimitives.WriteSingleLittleEndian(data, 1.25f);
            BinaryPrimitives.WriteHalfLittleEndian(data[4..], (Half)(-0.5));
            BinaryPrimitives.WriteHalfLittleEndian(data[6..], Half.Epsilon);
            BinaryPrimitives.WriteUInt16LittleEndian(data[8..], 0x4049);
        });
        using SafetensorsFile file = SafetensorsFile.Open(path);
        file.Tensors.Keys.Should().BeEquivalentTo("a", "b", "c", "empty");
        file.Data(file.Tensors["a"])[0].Should().Be(1.25f);
        file.Data(file.Tensors["b"])[0].Should().Be(-0.5f);
        file.Data(file.Tensors["b"])[1].Should().Be((float)Half.Epsilon);
        file.Data(file.Tensors["c"])[0].Should().Be(3.140625f);
        file.Tensors["empty"].Type.Should().Be(TensorType.Other);
    }

    private string Write(string header, int dataBytes, Fill? fill = null)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);
        fill?.Invoke(bytes.AsSpan(8 + json.Length));
        string path = Path.Combine(_folder, "model.safetensors");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private delegate void Fill(Span<byte> data);
}
