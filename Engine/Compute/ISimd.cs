namespace Preble.Engine.Compute;

/// <summary>
/// The operations of one kernel set on vectors of f32.
/// <para>The law of all kernel sets: the same bits. Every operation here is one correctly rounded IEEE operation on each lane, so a kernel gives the
/// same result in every set as long as each output element sees the same operations in the same order. Kernels therefore put output elements into
/// lanes and walk the summed dimension one step at a time; sums over lanes use sixteen partial sums and the fixed tree of <see
/// cref="SixteenLanes"/>.</para>
/// </summary>
internal unsafe interface ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>f32 lanes of a vector: 4, 8 or 16.</summary>
    static abstract int Count { get; }

    /// <summary>Whether 32 vector registers exist, which decides the shape of the tiles.</summary>
    static abstract bool HasManyRegisters { get; }

    /// <summary>All lanes equal.</summary>
    static abstract TVector Create(float value);

    /// <summary>All lanes equal to the number at <paramref name="source"/>.</summary>
    static abstract TVector Broadcast(float* source);

    static abstract TVector Load(float* source);

    static abstract void Store(float* target, TVector value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>The larger of two numbers; not specified for NaN.</summary>
    static abstract TVector Max(TVector left, TVector right);

    /// <summary>The smaller of two numbers; not specified for NaN.</summary>
    static abstract TVector Min(TVector left, TVector right);

    /// <summary><c>a * b + c</c>, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary><paramref name="value"/> where <paramref name="x"/> is at least <paramref name="bound"/>, else 0.</summary>
    static abstract TVector ZeroBelow(TVector value, TVector x, TVector bound);

    /// <summary>
    /// Adds n to the exponent of each lane, n being the integer that <see cref="Exponential.RoundingMagic"/> left in the low bits of <paramref
    /// name="shifted"/>.
    /// </summary>
    static abstract TVector ScaleByPowerOfTwo(TVector value, TVector shifted);

    /// <summary>Widens <see cref="Count"/> words that hold two bf16 each: the low halves and the high halves.</summary>
    static abstract void WidenBFloat16(byte* source, out TVector low, out TVector high);

    /// <summary>Widens <see cref="Count"/> words that hold two finite f16 each: the low halves and the high halves.</summary>
    static abstract void WidenFloat16(byte* source, out TVector low, out TVector high);
}
