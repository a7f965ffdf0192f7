using System.Runtime.Intrinsics;

namespace Preble.Emulator.Ops;

/// <summary>Operations on 64-bit floats.</summary>
internal static class DoubleOps
{
    internal struct MultiplyAdd : ITernary<double>
    {
        public static Vector512<double> Run(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Vector512.FusedMultiplyAdd(a, b, c);
    }

    internal struct Divide : IBinary<double>
    {
        public static Vector512<double> Run(Vector512<double> a, Vector512<double> b) => a / b;
    }

    internal struct Reciprocal : IUnary<double>
    {
        public static Vector512<double> Run(Vector512<double> a) => Vector512<double>.One / a;
    }

    internal struct SquareRoot : IUnary<double>
    {
        public static Vector512<double> Run(Vector512<double> a) => Vector512.Sqrt(a);
    }

    internal struct Min : IBinary<double>
    {
        public static Vector512<double> Run(Vector512<double> a, Vector512<double> b) => Vector512.MinNumber(a, b);
    }

    internal struct Max : IBinary<double>
    {
        public static Vector512<double> Run(Vector512<double> a, Vector512<double> b) => Vector512.MaxNumber(a, b);
    }
}
