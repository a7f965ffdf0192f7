using System.Runtime.Intrinsics;

namespace Preble.Emulator.Ops;

/// <summary>Shifts 16 lanes, each by its own count.</summary>
internal interface IShift
{
    static abstract Vector512<uint> Run(Vector512<uint> a, Vector512<uint> counts);

    static abstract uint Run(uint a, uint count);
}
