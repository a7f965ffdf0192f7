using System.Runtime.Intrinsics;

namespace Preble.Emulator.Ops;

/// <summary>Operations on vectors that are the same for several types.</summary>
internal static class Arithmetic
{
    internal struct Move<T> : IUnary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a) => a;
    }

    internal struct Add<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => a + b;
    }

    internal struct Subtract<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => a - b;
    }

    internal struct Multiply<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => a * b;
    }

    internal struct MultiplyAdd<T> : ITernary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b, Vector512<T> c) => (a * b) + c;
    }

    internal struct Negate<T> : IUnary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a) => -a;
    }

    internal struct Abs<T> : IUnary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a) => Vector512.Abs(a);
    }

    internal struct Min<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => Vector512.Min(a, b);
    }

    internal struct Max<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => Vector512.Max(a, b);
    }

    internal struct And<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => a & b;
    }

    internal struct Or<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => a | b;
    }

    internal struct Xor<T> : IBinary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a, Vector512<T> b) => a ^ b;
    }

    internal struct Not<T> : IUnary<T>
        where T : unmanaged
    {
        public static Vector512<T> Run(Vector512<T> a) => ~a;
    }

    /// <summary>On the low 16 bits of each lane.</summary>
    internal struct Short<TOp> : IBinary<uint>
        where TOp : struct, IBinary<uint>
    {
        public static Vector512<uint> Run(Vector512<uint> a, Vector512<uint> b) => TOp.Run(a, b) & Vector512.Create(0xFFFFu);
    }

    /// <inheritdoc cref="Short{TOp}"/>
    internal struct Short1<TOp> : IUnary<uint>
        where TOp : struct, IUnary<uint>
    {
        public static Vector512<uint> Run(Vector512<uint> a) => TOp.Run(a) & Vector512.Create(0xFFFFu);
    }

    /// <inheritdoc cref="Short{TOp}"/>
    internal struct Short3<TOp> : ITernary<uint>
        where TOp : struct, ITernary<uint>
    {
        public static Vector512<uint> Run(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) => TOp.Run(a, b, c) & Vector512.Create(0xFFFFu);
    }

    /// <summary>On the low 16 bits of each lane, which have a sign.</summary>
    internal struct SignedShort<TOp> : IBinary<int>
        where TOp : struct, IBinary<int>
    {
        public static Vector512<int> Run(Vector512<int> a, Vector512<int> b) => TOp.Run((a << 16) >> 16, (b << 16) >> 16) & Vector512.Create(0xFFFF);
    }

    /// <summary>Compares the low 16 bits of each lane, which have a sign.</summary>
    internal struct SignedShortCompare<TOp> : IBinary<int>
        where TOp : struct, IBinary<int>
    {
        public static Vector512<int> Run(Vector512<int> a, Vector512<int> b) => TOp.Run((a << 16) >> 16, (b << 16) >> 16);
    }
}
