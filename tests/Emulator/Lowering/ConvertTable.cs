using System.Numerics;
using Preble.Emulator.Ops;
using static Preble.Emulator.Ops.Conversions;

namespace Preble.Emulator.Lowering;

/// <summary>cvt. Targets and sources of a register wider than the type are taken care of by the signature x, which is 16 or 32 bits.</summary>
internal static unsafe class ConvertTable
{
    internal static void AddTo(OperationTable table)
    {
        AddTarget<byte, uint>(table, "u8", "x");
        AddTarget<sbyte, uint>(table, "s8", "x");
        AddTarget<ushort, uint>(table, "u16", "x");
        AddTarget<short, uint>(table, "s16", "x");
        AddTarget<uint, uint>(table, "u32", "x");
        AddTarget<int, uint>(table, "s32", "x");
        AddTarget<ulong, ulong>(table, "u64", "q");
        AddTarget<long, ulong>(table, "s64", "q");
        table.Add("cvt{.ftz|}.f64.f32", &Map1<double, float, Widen>.Run, "d=f");
        table.Add("cvt.rn{.ftz|}.f32.f64", &Map1<float, double, Narrow>.Run, "f=d");
        table.Add("cvt{.rn|}.f32.f32", &Unary<uint, Arithmetic.Move<uint>>.Run, "f=f");
        AddWhole<float>(table, "{.ftz|}.f32.f32", "f=f");
        AddWhole<double>(table, ".f64.f64", "d=d");
        table.Add("cvt{.ftz|}.f32.f16", &Map1<float, uint, HalfToSingle>.Run, "f=h");
        table.Add("cvt.rn{.ftz|}.f16.f32", &Map1<uint, float, SingleToHalf>.Run, "h=f");
        table.Add("cvt.f32.bf16", &Map1<float, uint, BrainToSingle>.Run, "f=h");
        table.Add("cvt.rn.bf16.f32", &Map1<uint, float, SingleToBrain>.Run, "h=f");
        table.Add("cvt.rz.bf16.f32", &Map1<uint, float, SingleToBrainTruncated>.Run, "h=f");
        table.Add("cvt.rn.bf16x2.f32", &Map2<uint, float, float, PackBrain>.Run, "w=ff");
        table.Add("cvt.rn.f16x2.f32", &Map2<uint, float, float, PackHalf>.Run, "w=ff");
    }

    private static void AddTarget<TD, TRow>(OperationTable table, string type, string target)
        where TD : unmanaged, IBinaryInteger<TD>
        where TRow : unmanaged, IBinaryInteger<TRow>
    {
        AddPair<TD, TRow, byte, uint>(table, type, "u8", target, "x");
        AddPair<TD, TRow, sbyte, uint>(table, type, "s8", target, "x");
        AddPair<TD, TRow, ushort, uint>(table, type, "u16", target, "x");
        AddPair<TD, TRow, short, uint>(table, type, "s16", target, "x");
        AddPair<TD, TRow, uint, uint>(table, type, "u32", target, "x");
        AddPair<TD, TRow, int, uint>(table, type, "s32", target, "x");
        AddPair<TD, TRow, ulong, ulong>(table, type, "u64", target, "q");
        AddPair<TD, TRow, long, ulong>(table, type, "s64", target, "q");
        AddFromFloat<TD, TRow, float>(table, type, "{.ftz|}", "f32", target, "f");
        AddFromFloat<TD, TRow, double>(table, type, "", "f64", target, "d");
        table.Add($"cvt.rn.f32.{type}", &Map1<float, TRow, FromInteger<float, TD, TRow>>.Run, $"f={target}");
        table.Add($"cvt.rn.f64.{type}", &Map1<double, TRow, FromInteger<double, TD, TRow>>.Run, $"d={target}");
    }

    private static void AddPair<TD, TRow, TA, TRowA>(OperationTable table, string to, string from, string target, string source)
        where TD : unmanaged, IBinaryInteger<TD>
        where TRow : unmanaged, IBinaryInteger<TRow>
        where TA : unmanaged, IBinaryInteger<TA>
        where TRowA : unmanaged, IBinaryInteger<TRowA>
    {
        table.Add($"cvt.{to}.{from}", &Map1<TRow, TRowA, Integers<TRow, TD, TA, TRowA>>.Run, $"{target}={source}");
        table.Add($"cvt.sat.{to}.{from}", &Map1<TRow, TRowA, SaturatingIntegers<TRow, TD, TA, TRowA>>.Run, $"{target}={source}");
    }

    private static void AddFromFloat<TD, TRow, TA>(OperationTable table, string to, string flush, string from, string target, string source)
        where TD : unmanaged, IBinaryInteger<TD>
        where TRow : unmanaged, IBinaryInteger<TRow>
        where TA : unmanaged, INumberBase<TA>
    {
        string types = $"{flush}.{to}.{from}";
        table.Add($"cvt.rni{types}", &Map1<TRow, TA, ToInteger<TRow, TD, TA, Nearest>>.Run, $"{target}={source}");
        table.Add($"cvt.rzi{types}", &Map1<TRow, TA, ToInteger<TRow, TD, TA, TowardsZero>>.Run, $"{target}={source}");
        table.Add($"cvt.rmi{types}", &Map1<TRow, TA, ToInteger<TRow, TD, TA, Down>>.Run, $"{target}={source}");
        table.Add($"cvt.rpi{types}", &Map1<TRow, TA, ToInteger<TRow, TD, TA, Up>>.Run, $"{target}={source}");
    }

    private static void AddWhole<T>(OperationTable table, string types, string signature)
        where T : unmanaged, INumberBase<T>
    {
        table.Add($"cvt.rni{types}", &Map1<T, T, ToWhole<T, Nearest>>.Run, signature);
        table.Add($"cvt.rzi{types}", &Map1<T, T, ToWhole<T, TowardsZero>>.Run, signature);
        table.Add($"cvt.rmi{types}", &Map1<T, T, ToWhole<T, Down>>.Run, signature);
        table.Add($"cvt.rpi{types}", &Map1<T, T, ToWhole<T, Up>>.Run, signature);
    }
}
