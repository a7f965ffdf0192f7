using Preble.Emulator.Ops;
using static Preble.Emulator.Ops.Arithmetic;
using static Preble.Emulator.Ops.Relations;

namespace Preble.Emulator.Lowering;

/// <summary>
/// The comparisons of setp, by relation and type, without what joins the result with another predicate.
/// </summary>
internal static unsafe class CompareTable
{
    internal static void AddTo(OperationTable table)
    {
        AddUnsigned<uint>(table, "32", "p=ww");
        AddUnsigned<ulong>(table, "64", "p=qq");
        AddUnsigned<uint>(table, "16", "p=hh");
        AddSigned<int>(table, "s32", "p=ww");
        AddSigned<long>(table, "s64", "p=qq");
        AddSigned16(table);
        AddFloats<float>(table, "f32", "ff");
        AddFloats<double>(table, "f64", "dd");
        AddFlushed(table);
    }

    private static void AddUnsigned<T>(OperationTable table, string bits, string signature)
        where T : unmanaged
    {
        table.Add($"setp.eq.{{u|b}}{bits}", &Compare<T, Equal<T>>.Run, signature);
        table.Add($"setp.ne.{{u|b}}{bits}", &Compare<T, Relations.Not<T, Equal<T>>>.Run, signature);
        table.Add($"setp.{{lt|lo}}.u{bits}", &Compare<T, Less<T>>.Run, signature);
        table.Add($"setp.{{le|ls}}.u{bits}", &Compare<T, LessOrEqual<T>>.Run, signature);
        table.Add($"setp.{{gt|hi}}.u{bits}", &Compare<T, Greater<T>>.Run, signature);
        table.Add($"setp.{{ge|hs}}.u{bits}", &Compare<T, GreaterOrEqual<T>>.Run, signature);
    }

    private static void AddSigned<T>(OperationTable table, string type, string signature)
        where T : unmanaged
    {
        table.Add($"setp.eq.{type}", &Compare<T, Equal<T>>.Run, signature);
        table.Add($"setp.ne.{type}", &Compare<T, Relations.Not<T, Equal<T>>>.Run, signature);
        table.Add($"setp.lt.{type}", &Compare<T, Less<T>>.Run, signature);
        table.Add($"setp.le.{type}", &Compare<T, LessOrEqual<T>>.Run, signature);
        table.Add($"setp.gt.{type}", &Compare<T, Greater<T>>.Run, signature);
        table.Add($"setp.ge.{type}", &Compare<T, GreaterOrEqual<T>>.Run, signature);
    }

    private static void AddSigned16(OperationTable table)
    {
        table.Add("setp.eq.s16", &Compare<int, SignedShortCompare<Equal<int>>>.Run, "p=hh");
        table.Add("setp.ne.s16", &Compare<int, Relations.Not<int, SignedShortCompare<Equal<int>>>>.Run, "p=hh");
        table.Add("setp.lt.s16", &Compare<int, SignedShortCompare<Less<int>>>.Run, "p=hh");
        table.Add("setp.le.s16", &Compare<int, SignedShortCompare<LessOrEqual<int>>>.Run, "p=hh");
        table.Add("setp.gt.s16", &Compare<int, SignedShortCompare<Greater<int>>>.Run, "p=hh");
        table.Add("setp.ge.s16", &Compare<int, SignedShortCompare<GreaterOrEqual<int>>>.Run, "p=hh");
    }

    private static void AddFloats<T>(OperationTable table, string type, string sources)
        where T : unmanaged
    {
        string signature = $"p={sources}";
        table.Add($"setp.eq.{type}", &Compare<T, Equal<T>>.Run, signature);
        table.Add($"setp.ne.{type}", &Compare<T, OrderedUnequal<T>>.Run, signature);
        table.Add($"setp.lt.{type}", &Compare<T, Less<T>>.Run, signature);
        table.Add($"setp.le.{type}", &Compare<T, LessOrEqual<T>>.Run, signature);
        table.Add($"setp.gt.{type}", &Compare<T, Greater<T>>.Run, signature);
        table.Add($"setp.ge.{type}", &Compare<T, GreaterOrEqual<T>>.Run, signature);
        table.Add($"setp.equ.{type}", &Compare<T, Relations.Not<T, OrderedUnequal<T>>>.Run, signature);
        table.Add($"setp.neu.{type}", &Compare<T, Relations.Not<T, Equal<T>>>.Run, signature);
        table.Add($"setp.ltu.{type}", &Compare<T, Relations.Not<T, GreaterOrEqual<T>>>.Run, signature);
        table.Add($"setp.leu.{type}", &Compare<T, Relations.Not<T, Greater<T>>>.Run, signature);
        table.Add($"setp.gtu.{type}", &Compare<T, Relations.Not<T, LessOrEqual<T>>>.Run, signature);
        table.Add($"setp.geu.{type}", &Compare<T, Relations.Not<T, Less<T>>>.Run, signature);
        table.Add($"setp.num.{type}", &Compare<T, Numbers<T>>.Run, signature);
        table.Add($"setp.nan.{type}", &Compare<T, Relations.Not<T, Numbers<T>>>.Run, signature);
    }

    private static void AddFlushed(OperationTable table)
    {
        const string Signature = "p=ff";
        table.Add("setp.eq.ftz.f32", &Compare<float, SingleOps.FlushCompare<Equal<float>>>.Run, Signature);
        table.Add("setp.ne.ftz.f32", &Compare<float, SingleOps.FlushCompare<OrderedUnequal<float>>>.Run, Signature);
        table.Add("setp.lt.ftz.f32", &Compare<float, SingleOps.FlushCompare<Less<float>>>.Run, Signature);
        table.Add("setp.le.ftz.f32", &Compare<float, SingleOps.FlushCompare<LessOrEqual<float>>>.Run, Signature);
        table.Add("setp.gt.ftz.f32", &Compare<float, SingleOps.FlushCompare<Greater<float>>>.Run, Signature);
        table.Add("setp.ge.ftz.f32", &Compare<float, SingleOps.FlushCompare<GreaterOrEqual<float>>>.Run, Signature);
        table.Add("setp.neu.ftz.f32", &Compare<float, Relations.Not<float, SingleOps.FlushCompare<Equal<float>>>>.Run, Signature);
        table.Add("setp.equ.ftz.f32", &Compare<float, Relations.Not<float, SingleOps.FlushCompare<OrderedUnequal<float>>>>.Run, Signature);
        table.Add("setp.ltu.ftz.f32", &Compare<float, Relations.Not<float, SingleOps.FlushCompare<GreaterOrEqual<float>>>>.Run, Signature);
        table.Add("setp.leu.ftz.f32", &Compare<float, Relations.Not<float, SingleOps.FlushCompare<Greater<float>>>>.Run, Signature);
        table.Add("setp.gtu.ftz.f32", &Compare<float, Relations.Not<float, SingleOps.FlushCompare<LessOrEqual<float>>>>.Run, Signature);
        table.Add("setp.geu.ftz.f32", &Compare<float, Relations.Not<float, SingleOps.FlushCompare<Less<float>>>>.Run, Signature);
        table.Add("setp.nan.ftz.f32", &Compare<float, Relations.Not<float, Numbers<float>>>.Run, Signature);
        table.Add("setp.num.ftz.f32", &Compare<float, Numbers<float>>.Run, Signature);
    }
}
