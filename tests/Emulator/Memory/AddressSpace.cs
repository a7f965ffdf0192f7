using System.Globalization;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Memory;

/// <summary>
/// The global memory of a device: live allocations, and the freed ones for messages. Addresses are never given twice, and gaps lie between allocations,
/// so that a stray access is seen.
/// </summary>
/// <param name="start">First address.</param>
/// <param name="bytesMax">Memory of the device.</param>
/// <param name="tracked">Whether the state of each byte is kept.</param>
/// <param name="owned">Whether it is kept which block wrote what.</param>
internal sealed class AddressSpace(ulong start, ulong bytesMax, bool tracked, bool owned) : IDisposable
{
    /// <summary>Where the window of shared memory begins among generic addresses, and how long it is.</summary>
    internal const ulong SharedWindow = 0x7000_0000_0000;

    /// <summary>Where the window of local memory begins among generic addresses.</summary>
    internal const ulong LocalWindow = 0x7100_0000_0000;

    internal const ulong WindowBytes = 1 << 24;

    private const ulong Alignment = 512;
    private const int FreedMax = 4096;

    private readonly Queue<(string Name, ulong Start, ulong Bytes)> _freed = [];
    private MemoryRegion[] _live = [];
    private ulong _next = start;
    private int _count;
    private uint _launches;

    internal ulong BytesMax => bytesMax;

    internal ulong BytesUsed { get; private set; }

    internal bool Tracked => tracked;

    /// <summary>Null when the memory is used up.</summary>
    internal MemoryRegion? Allocate(ulong bytes, string? name = null)
    {
        ulong rounded = Round(bytes);
        if (bytes > bytesMax || rounded > bytesMax - BytesUsed)
        {
            return null;
        }

        var region = new MemoryRegion(name ?? string.Create(CultureInfo.InvariantCulture, $"allocation {++_count}"), _next, bytes, 1, tracked);
        if (owned)
        {
            region.ForgetOwners();
        }

        _next += rounded + (8 * Alignment);
        BytesUsed += rounded;
        _live = [.. _live, region];
        return region;
    }

    /// <summary>False if nothing begins there.</summary>
    internal bool Free(ulong address)
    {
        MemoryRegion? region = Array.Find(_live, region => region.Start == address);
        if (region == null)
        {
            return false;
        }

        _live = [.. _live.Where(other => other != region)];
        _freed.Enqueue((region.Name, region.Start, region.Bytes));
        if (_freed.Count > FreedMax)
        {
            _freed.Dequeue();
        }

        BytesUsed -= Round(region.Bytes);
        region.Free();
        return true;
    }

    /// <summary>A number for a launch, which no other has whose writes are still remembered.</summary>
    internal uint NextLaunch()
    {
        _launches = (_launches + 1) % BlockRaces.LaunchesMax;
        if (_launches == 0 && owned)
        {
            _launches = 1;
            Array.ForEach(_live, region => region.ForgetOwners());
        }

        return _launches;
    }

    /// <summary>The live allocation that all of these bytes lie in, or null.</summary>
    internal MemoryRegion? Find(ulong address, ulong bytes)
    {
        MemoryRegion[] live = _live;
        int low = 0;
        int high = live.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            MemoryRegion region = live[middle];
            if (address < region.Start)
            {
                high = middle - 1;
            }
            else if (address - region.Start >= Math.Max(region.Bytes, 1))
            {
                low = middle + 1;
            }
            else
            {
                return region.Contains(address, bytes) ? region : null;
            }
        }

        return null;
    }

    /// <summary>What lies at or nearest to an address that is no good, in words.</summary>
    internal string Describe(ulong address)
    {
        foreach ((string name, ulong begin, ulong bytes) in _freed)
        {
            if (address >= begin && address - begin < bytes)
            {
                return string.Create(CultureInfo.InvariantCulture, $"byte {address - begin} of {name} of {bytes} bytes, which is freed");
            }
        }

        MemoryRegion? before = _live.LastOrDefault(region => region.Start <= address);
        return before == null ? "below all allocations"
            : address - before.Start < before.Bytes
                ? string.Create(CultureInfo.InvariantCulture, $"byte {address - before.Start} of {before.Name} of {before.Bytes} bytes, over its end")
                : string.Create(CultureInfo.InvariantCulture, $"{address - before.Start - before.Bytes} bytes behind {before.Name} of {before.Bytes} bytes");
    }

    public void Dispose()
    {
        foreach (MemoryRegion region in _live)
        {
            region.Free();
        }

        _live = [];
    }

    private static ulong Round(ulong bytes) => (Math.Max(bytes, 1) + Alignment - 1) / Alignment * Alignment;
}
