using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Preble.Engine.Weights;

/// <summary>
/// A safetensors file, memory-mapped. The header is checked completely when it is opened, so every pointer that it gives stays inside the file.
/// Pointers are valid until it is disposed.
/// </summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _disposed;

    private SafetensorsFile(string path, MemoryMappedFile file, MemoryMappedViewAccessor view, IReadOnlyDictionary<string, TensorInfo> tensors)
    {
        Path = path;
        Tensors = tensors;
        _file = file;
        _view = view;
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _start = pointer + view.PointerOffset;
    }

    /// <summary>Path as given.</summary>
    internal string Path { get; }

    /// <summary>Its tensors by name.</summary>
    internal IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Opens and checks a file. Throws <see cref="ModelFormatException"/> if it is missing, unreadable or damaged.</summary>
    internal static SafetensorsFile Open(string path)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            long length = RandomAccess.GetLength(handle);
            byte[] prefix = Read(path, handle, 0, (int)Math.Min(length, SafetensorsHeader.PrefixBytes));
            byte[] json = Read(path, handle, SafetensorsHeader.PrefixBytes, SafetensorsHeader.JsonLength(path, prefix, length));
            Dictionary<string, TensorInfo> tensors = SafetensorsHeader.Parse(path, json, length);

            var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            MemoryMappedViewAccessor view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            return new SafetensorsFile(path, file, view, tensors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(path, null, $"it cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The data of a tensor of this file.</summary>
    internal TensorData Data(TensorInfo tensor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new TensorData(Path, tensor, _start + tensor.Offset);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }

    private static byte[] Read(string path, SafeFileHandle handle, long offset, int length)
    {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length)
        {
            int count = RandomAccess.Read(handle, bytes.AsSpan(done), offset + done);
            done += count > 0 ? count : throw new ModelFormatException(path, "header", $"the file ended after {offset + done} bytes while it was read");
        }

        return bytes;
    }
}
