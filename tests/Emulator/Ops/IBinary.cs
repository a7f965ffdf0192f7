using System.Runtime.Intrinsics;

namespace Preble.Emulator.Ops;

internal interface IBinary<T>
    where T : unmanaged
{
    static abstract Vector512<T> Run(Vector512<T> a, Vector512<T> b);
}
