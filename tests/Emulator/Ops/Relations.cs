using System.Runtime.Intrinsics;

namespace Preble.Emulator.Ops;

/// <summary>Comparisons; of floats, the plain ones are false where one is NaN and the unordered ones true.</summary>
internal static class Relations
{
    internal struct Equal<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => Vector512.Equals(a, b);
    }

    internal struct Less<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => Vector512.LessThan(a, b);
    }

    internal struct LessOrEqual<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => Vector512.LessThanOrEqual(a, b);
    }

    internal struct Greater<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => Vector512.GreaterThan(a, b);
    }

    internal struct GreaterOrEqual<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => Vector512.GreaterThanOrEqual(a, b);
    }

    internal struct Numbers<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => Vector512.Equals(a, a) & Vector512.Equals(b, b);
    }

    /// <summary>True where the other is false.</summary>
    internal struct Not<T, TOp> : IBinary<T>
        where T : unmanaged
        where TOp : struct, IBinary<T>
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => ~TOp.Run(a, b);
    }

    internal struct OrderedUnequal<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => Vector512.LessThan(a, b) | Vector512.GreaterThan(a, b);
    }
}
