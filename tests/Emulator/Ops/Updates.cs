using System.Numerics;

namespace Preble.Emulator.Ops;

/// <summary>The operations of <c>atom</c> and <c>red</c>.</summary>
internal static class Updates
{
    internal struct Add<T> : IUpdate<T>
        where T : unmanaged, INumber<T>
    {
        public static T Run(T old, T operand, T other) => old + operand;
    }

    internal struct Min<T> : IUpdate<T>
        where T : unmanaged, INumber<T>
    {
        public static T Run(T old, T operand, T other) => T.Min(old, operand);
    }

    internal struct Max<T> : IUpdate<T>
        where T : unmanaged, INumber<T>
    {
        public static T Run(T old, T operand, T other) => T.Max(old, operand);
    }

    internal struct And<T> : IUpdate<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static T Run(T old, T operand, T other) => old & operand;
    }

    internal struct Or<T> : IUpdate<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static T Run(T old, T operand, T other) => old | operand;
    }

    internal struct Xor<T> : IUpdate<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static T Run(T old, T operand, T other) => old ^ operand;
    }

    internal struct Exchange<T> : IUpdate<T>
        where T : unmanaged
    {
        public static T Run(T old, T operand, T other) => operand;
    }

    internal struct CompareAndSwap<T> : IUpdate<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static T Run(T old, T operand, T other) => old == operand ? other : old;
    }

    /// <summary>Counts up to the operand, then begins at 0.</summary>
    internal struct Increment : IUpdate<uint>
    {
        public static uint Run(uint old, uint operand, uint other) => old >= operand ? 0 : old + 1;
    }

    /// <summary>Counts down from the operand.</summary>
    internal struct Decrement : IUpdate<uint>
    {
        public static uint Run(uint old, uint operand, uint other) => old == 0 || old > operand ? operand : old - 1;
    }
}
