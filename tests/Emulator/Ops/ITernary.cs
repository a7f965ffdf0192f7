using System.Runtime.Intrinsics;

namespace Preble.Emulator.Ops;

internal interface ITernary<T>
    where T : unmanaged
{
    static abstract Vector512<T> Run(Vector512<T> a, Vector512<T> b, Vector512<T> c);
}
