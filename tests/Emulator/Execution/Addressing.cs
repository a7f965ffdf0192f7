using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Preble.Emulator.Memory;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Execution;

/// <summary>Finds the memory that the lanes of a warp mean.</summary>
internal static unsafe class Addressing
{
    /// <summary>Place of the address among the operands of all instructions that access memory.</summary>
    internal const int Operand = Instruction.OperandsMax - 1;

    private static readonly Vector512<ulong> LaneNumbers = Vector512.Create(0ul, 1, 2, 3, 4, 5, 6, 7);

    /// <summary>
    /// The region in which the accesses of all lanes of the mask lie, their places in it in <see cref="Warp.Offsets"/>; null if they lie in more than one,
    /// in which case each lane is to be asked for alone. An access that lies in none, or is not aligned, is a fault.
    /// </summary>
    /// <param name="warp">Whose.</param>
    /// <param name="i">The access.</param>
    /// <param name="mask">Which lanes; not 0.</param>
    /// <param name="bytes">Of one lane.</param>
    /// <param name="contiguous">Whether the lanes' accesses lie one behind the other.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static MemoryRegion? Resolve(Warp warp, Instruction* i, uint mask, int bytes, out bool contiguous)
    {
        ulong* addresses = (ulong*)warp.Offsets;
        Gather(warp, i, mask, addresses);
        Vector512<ulong> low = Vector512<ulong>.AllBitsSet;
        Vector512<ulong> high = Vector512<ulong>.Zero;
        Vector512<ulong> all = Vector512<ulong>.Zero;
        Vector512<ulong> expected = Vector512.Create(*addresses) + (LaneNumbers * (ulong)bytes);
        contiguous = true;
        for (int lane = 0; lane < Warp.Lanes; lane += 8)
        {
            Vector512<ulong> part = Vector512.Load(addresses + lane);
            low = Vector512.Min(low, part);
            high = Vector512.Max(high, part);
            all |= part;
            contiguous &= part == expected;
            expected += Vector512.Create(8ul * (ulong)bytes);
        }

        ulong first = Least(low);
        ulong last = Greatest(high);
        MemoryRegion? region = Find(warp, i, first, (last - first) + (ulong)bytes, out ulong window);
        if (region == null)
        {
            if ((mask & (mask - 1)) != 0)
            {
                return null;
            }

            throw OutOfBounds(warp, i, mask, bytes);
        }

        if ((bytes & (bytes - 1)) == 0 && (AnyBits(all) & (ulong)(bytes - 1)) != 0)
        {
            ThrowMisaligned(warp, i, mask, bytes);
        }

        Vector512<ulong> start = Vector512.Create(window + region.Start);
        Vector512<ulong> stride = LaneNumbers * (ulong)region.LaneStride;
        for (int lane = 0; lane < Warp.Lanes; lane += 8)
        {
            (Vector512.Load(addresses + lane) - start + stride).Store(addresses + lane);
            stride += Vector512.Create(8ul * (ulong)region.LaneStride);
        }

        contiguous &= region.LaneStride == 0;
        return region;
    }

    /// <summary>Does an access for each lane of the mask alone, where <see cref="Resolve"/> found no region that has all of them.</summary>
    internal static void LaneByLane(Warp warp, Instruction* i, uint mask, delegate*<Warp, Instruction*, uint, void> access)
    {
        for (uint left = mask; left != 0; left &= left - 1)
        {
            access(warp, i, left & (~left + 1));
        }
    }

    // Lanes that do not take part get the address of one that does.
    private static void Gather(Warp warp, Instruction* i, uint mask, ulong* addresses)
    {
        byte* row = warp.Row(i->Operand[Operand]);
        Vector512<ulong> offset = Vector512.Create((ulong)i->Immediate);
        if (i->Shape.WideAddress)
        {
            for (int lane = 0; lane < Warp.Lanes; lane += 8)
            {
                (Vector512.Load((ulong*)row + lane) + offset).Store(addresses + lane);
            }
        }
        else
        {
            for (int lane = 0; lane < Warp.Lanes; lane += 8)
            {
                (Vector512.WidenLower(Vector256.Load((uint*)row + lane).ToVector512Unsafe()) + offset).Store(addresses + lane);
            }
        }

        if (mask != uint.MaxValue)
        {
            ulong one = addresses[BitOperations.TrailingZeroCount(mask)];
            for (uint left = ~mask; left != 0; left &= left - 1)
            {
                addresses[BitOperations.TrailingZeroCount(left)] = one;
            }
        }
    }

    private static MemoryRegion? Find(Warp warp, Instruction* i, ulong address, ulong bytes, out ulong window)
    {
        window = 0;
        switch (i->Shape.Space)
        {
            case PtxSpace.Shared:
                return warp.Block.Shared.Contains(address, bytes) ? warp.Block.Shared : null;
            case PtxSpace.Local:
                return warp.Local?.Contains(address, bytes) == true ? warp.Local : null;
            case PtxSpace.Generic when address >= AddressSpace.LocalWindow:
                window = AddressSpace.LocalWindow;
                return warp.Local?.Contains(address - window, bytes) == true ? warp.Local : null;
            case PtxSpace.Generic when address >= AddressSpace.SharedWindow:
                window = AddressSpace.SharedWindow;
                return warp.Block.Shared.Contains(address - window, bytes) ? warp.Block.Shared : null;
        }

        ref MemoryRegion? recent = ref warp.Block.Recent[i->Index];
        if (recent?.Contains(address, bytes) != true)
        {
            recent = warp.Block.Launch.Memory.Find(address, bytes);
        }

        return recent;
    }

    private static ulong Least(Vector512<ulong> v)
    {
        Vector256<ulong> half = Vector256.Min(v.GetLower(), v.GetUpper());
        Vector128<ulong> quarter = Vector128.Min(half.GetLower(), half.GetUpper());
        return Math.Min(quarter.ToScalar(), quarter.GetElement(1));
    }

    private static ulong Greatest(Vector512<ulong> v)
    {
        Vector256<ulong> half = Vector256.Max(v.GetLower(), v.GetUpper());
        Vector128<ulong> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return Math.Max(quarter.ToScalar(), quarter.GetElement(1));
    }

    private static ulong AnyBits(Vector512<ulong> v)
    {
        Vector256<ulong> half = v.GetLower() | v.GetUpper();
        Vector128<ulong> quarter = half.GetLower() | half.GetUpper();
        return quarter.ToScalar() | quarter.GetElement(1);
    }

    private static FaultException OutOfBounds(Warp warp, Instruction* i, uint mask, int bytes)
    {
        int lane = BitOperations.TrailingZeroCount(mask);
        ulong address = (ulong)warp.Offsets[lane];
        string place = i->Shape.Space switch
        {
            PtxSpace.Shared => string.Create(CultureInfo.InvariantCulture, $"the block has {warp.Block.Shared.Bytes} bytes of shared memory"),
            PtxSpace.Local => string.Create(CultureInfo.InvariantCulture, $"the thread has {warp.Local?.Bytes ?? 0} bytes of local memory"),
            PtxSpace.Generic when address >= AddressSpace.LocalWindow =>
                string.Create(CultureInfo.InvariantCulture, $"byte {address - AddressSpace.LocalWindow} of {warp.Local?.Bytes ?? 0} bytes of local memory"),
            PtxSpace.Generic when address >= AddressSpace.SharedWindow =>
                string.Create(CultureInfo.InvariantCulture, $"byte {address - AddressSpace.SharedWindow} of {warp.Block.Shared.Bytes} bytes of shared memory"),
            _ => warp.Block.Launch.Memory.Describe(address),
        };
        return warp.Fault(FaultKind.OutOfBounds, i, lane, address, string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes: {place}"));
    }

    private static void ThrowMisaligned(Warp warp, Instruction* i, uint mask, int bytes)
    {
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            ulong address = (ulong)warp.Offsets[lane];
            if ((address & (ulong)(bytes - 1)) != 0)
            {
                throw warp.Fault(FaultKind.Misaligned, i, lane, address, string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes at an address that is not a multiple of it"));
            }
        }
    }
}
