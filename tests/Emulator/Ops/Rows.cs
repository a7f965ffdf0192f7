using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Preble.Emulator.Ops;

/// <summary>Vectors over the lanes of a row.</summary>
internal static unsafe class Rows
{
    private static readonly Vector512<uint> Bits32 = Vector512.Create(1u, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
    private static readonly Vector512<ulong> Bits64 = Vector512.Create(1ul, 2, 4, 8, 16, 32, 64, 128);

    /// <summary>All ones in the lanes of a mask, beginning with lane <paramref name="first"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<T> Expand<T>(uint mask, int first)
        where T : unmanaged
    {
        if (sizeof(T) == 4)
        {
            return Vector512.Equals(Vector512.Create(mask >> first) & Bits32, Bits32).As<uint, T>();
        }

        return Vector512.Equals(Vector512.Create((ulong)(mask >> first)) & Bits64, Bits64).As<ulong, T>();
    }

    /// <summary>Writes the lanes of a mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store<T>(T* row, int first, Vector512<T> values, uint mask)
        where T : unmanaged
    {
        if (mask != uint.MaxValue)
        {
            values = Vector512.ConditionalSelect(Expand<T>(mask, first), values, Vector512.Load(row + first));
        }

        values.Store(row + first);
    }
}
