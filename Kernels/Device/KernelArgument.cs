using System.Runtime.InteropServices;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>An argument of a kernel: a pointer, an <c>int</c>, a <c>long</c> or a <c>float</c>, in its first bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal readonly struct KernelArgument
{
    [FieldOffset(0)]
    private readonly ulong _bits;

    private KernelArgument(ulong bits) => _bits = bits;

    public static implicit operator KernelArgument(DevicePointer value) => new(value.Address);

    public static implicit operator KernelArgument(int value) => new((uint)value);

    public static implicit operator KernelArgument(long value) => new((ulong)value);

    public static implicit operator KernelArgument(float value) => new(BitConverter.SingleToUInt32Bits(value));
}
