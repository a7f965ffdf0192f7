namespace Preble.Kernels.Driver;

/// <summary>An address in a device's memory, in bytes; 0 is none.</summary>
public readonly record struct DevicePointer(ulong Address)
{
    /// <summary>No address.</summary>
    public static DevicePointer Null => default;

    /// <summary>So many bytes further on.</summary>
    public static DevicePointer operator +(DevicePointer pointer, long bytes) => new(pointer.Address + (ulong)bytes);
}
