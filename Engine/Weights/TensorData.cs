namespace Preble.Engine.Weights;

/// <summary>A tensor and where its bytes stand. Valid as long as the file that gave it is open.</summary>
internal readonly unsafe struct TensorData
{
    private readonly byte* _data;

    internal TensorData(string file, TensorInfo info, byte* data)
    {
        File = file;
        Info = info;
        _data = data;
    }

    /// <summary>Path of the file that holds it.</summary>
    internal string File { get; }

    /// <summary>Its header entry.</summary>
    internal TensorInfo Info { get; }

    /// <summary>Bytes of one number.</summary>
    internal int ElementBytes => Info.Type == TensorType.F32 ? 4 : 2;

    /// <summary>First byte of row <paramref name="row"/> of a matrix with <paramref name="columns"/> columns; not aligned.</summary>
    internal byte* Row(long row, long columns) => _data + (row * columns * ElementBytes);

    /// <summary>Number <paramref name="index"/> of the tensor, widened.</summary>
    internal float this[long index] => Read(_data, Info.Type, index);

    /// <summary>Number <paramref name="index"/> of an array of weights, widened without rounding.</summary>
    internal static float Read(byte* data, TensorType type, long index) => type switch
    {
        TensorType.F32 => ((float*)data)[index],
        TensorType.BF16 => BitConverter.UInt32BitsToSingle((uint)((ushort*)data)[index] << 16),
        TensorType.F16 => (float)((Half*)data)[index],
        _ => throw new InvalidOperationException($"No weight is stored as {type}."),
    };
}
