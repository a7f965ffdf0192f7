using System.Runtime.CompilerServices;

namespace Preble.Engine.Compute;

/// <summary>Two f32 vectors, each behind its own pointer: f32 weights, keys and values.</summary>
internal readonly unsafe struct Float32Format : IWeightFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TSimd, TVector>(byte* near, byte* far, out TVector low, out TVector high)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        low = TSimd.Load((float*)near);
        high = TSimd.Load((float*)far);
    }
}

/// <summary>Words of two bf16.</summary>
internal readonly unsafe struct BFloat16Format : IWeightFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TSimd, TVector>(byte* near, byte* far, out TVector low, out TVector high)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged =>
        TSimd.WidenBFloat16(near, out low, out high);
}

/// <summary>Words of two f16.</summary>
internal readonly unsafe struct Float16Format : IWeightFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TSimd, TVector>(byte* near, byte* far, out TVector low, out TVector high)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged =>
        TSimd.WidenFloat16(near, out low, out high);
}
