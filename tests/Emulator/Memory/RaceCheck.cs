using System.Runtime.InteropServices;

namespace Preble.Emulator.Memory;

/// <summary>
/// Who last wrote and read each granule of a block's shared memory, and whether a barrier lies between that and the next access. Warps have vector clocks:
/// a barrier joins the clocks of those that meet there. A warp's own threads are ordered by <c>bar.warp.sync</c>, which advances its clock.
/// </summary>
internal sealed unsafe class RaceCheck : IDisposable
{
    private const int Slots = 3;
    private const ulong Atomic = 1ul << 63;
    private const int WarpShift = 25;
    private const int ClockShift = 31;
    private const int CodeMax = (1 << 20) - 1;

    private ulong* _stamps;
    private nuint _granules;

    /// <summary>Bytes that are told apart, as a power of two.</summary>
    internal int Shift { get; private set; }

    /// <summary>Forgets all, for a block with so much shared memory.</summary>
    internal void Reset(int bytes, int shift)
    {
        nuint granules = (nuint)((bytes >> shift) + 1);
        if (granules > _granules)
        {
            NativeMemory.AlignedFree(_stamps);
            _stamps = (ulong*)NativeMemory.AlignedAlloc(granules * Slots * sizeof(ulong), 64);
            _granules = granules;
        }

        Shift = shift;
        NativeMemory.Clear(_stamps, granules * Slots * sizeof(ulong));
    }

    /// <summary>Code, lane and warp of an earlier access that is not ordered before this one; -1 for the code if there is none.</summary>
    internal (int Code, int Warp, int Lane, bool Wrote) Read(int offset, int bytes, int warp, int lane, int code, uint* clock, bool atomic = false)
    {
        ulong stamp = Stamp(warp, lane, code, clock[warp]) | (atomic ? Atomic : 0);
        int last = (offset + bytes - 1) >> Shift;
        for (int granule = offset >> Shift; granule <= last; granule++)
        {
            ulong* slot = _stamps + ((nint)granule * Slots);
            if (!Ordered(slot[0], warp, lane, clock) && !(atomic && slot[0] >= Atomic))
            {
                return Who(slot[0], true);
            }

            // A reader is forgotten only for one that comes after it; of several that do not, two suffice, as one of them is not the next writer.
            if (Ordered(slot[1], warp, lane, clock) || WarpOf(slot[1]) == warp)
            {
                slot[1] = stamp;
            }
            else
            {
                slot[2] = stamp;
            }
        }

        return (-1, 0, 0, false);
    }

    /// <inheritdoc cref="Read"/>
    internal (int Code, int Warp, int Lane, bool Wrote) Write(int offset, int bytes, int warp, int lane, int code, uint* clock, bool atomic = false)
    {
        ulong stamp = Stamp(warp, lane, code, clock[warp]) | (atomic ? Atomic : 0);
        int last = (offset + bytes - 1) >> Shift;
        for (int granule = offset >> Shift; granule <= last; granule++)
        {
            ulong* slot = _stamps + ((nint)granule * Slots);
            for (int i = 0; i < Slots; i++)
            {
                bool same = i == 0 && ((slot[0] ^ stamp) & CodeMax) == 0 && WarpOf(slot[0]) == warp;
                if (!same && !Ordered(slot[i], warp, lane, clock) && !(atomic && slot[i] >= Atomic))
                {
                    return Who(slot[i], i == 0);
                }
            }

            slot[0] = stamp;
        }

        return (-1, 0, 0, false);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_stamps);
        _stamps = null;
        _granules = 0;
    }

    // Bits: 0 to 19 code, 20 to 24 lane, 25 to 30 warp + 1, 31 to 62 clock, 63 atomic. 0 is nobody.
    private static ulong Stamp(int warp, int lane, int code, uint clock) =>
        ((ulong)clock << ClockShift) | ((ulong)(warp + 1) << WarpShift) | ((ulong)lane << 20) | (uint)Math.Min(code, CodeMax);

    private static int WarpOf(ulong stamp) => (int)((stamp >> WarpShift) & 63) - 1;

    private static bool Ordered(ulong stamp, int warp, int lane, uint* clock)
    {
        if (stamp == 0)
        {
            return true;
        }

        int other = WarpOf(stamp);
        uint then = (uint)((stamp & ~Atomic) >> ClockShift);
        return other == warp ? then < clock[warp] || ((stamp >> 20) & 31) == (ulong)lane : clock[other] >= then;
    }

    private static (int Code, int Warp, int Lane, bool Wrote) Who(ulong stamp, bool wrote) =>
        ((int)(stamp & CodeMax), WarpOf(stamp), (int)((stamp >> 20) & 31), wrote);
}
