using System.Runtime.InteropServices;
using Preble.Emulator.Execution;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>Numbers in the code become rows that every lane reads alike; they lie behind the kernel's arguments.</summary>
internal sealed class ConstantRows
{
    private const int Align = 64;

    private readonly Dictionary<(ulong Bits, bool Wide), int> _places = [];
    private readonly List<byte> _bytes = [];

    internal ConstantRows(IReadOnlyList<PtxVariable> parameters)
    {
        int end = parameters.Count == 0 ? 0 : (int)parameters[^1].Address + parameters[^1].Bytes;
        _bytes.AddRange(new byte[Math.Max(Align, (end + Align - 1) / Align * Align)]);
    }

    /// <summary>Place of a number as an operand of 32 bits, or of 64.</summary>
    internal int Place(ulong bits, bool wide)
    {
        bits = wide ? bits : (uint)bits;
        if (!_places.TryGetValue((bits, wide), out int place))
        {
            place = ~_bytes.Count;
            _places.Add((bits, wide), place);
            for (int lane = 0; lane < Warp.Lanes; lane++)
            {
                Span<ulong> one = [bits];
                _bytes.AddRange(MemoryMarshal.AsBytes(one)[..(wide ? 8 : 4)]);
            }
        }

        return place;
    }

    internal byte[] ToBytes() => [.. _bytes];
}
