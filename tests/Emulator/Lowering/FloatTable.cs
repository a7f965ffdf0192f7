using Preble.Emulator.Ops;
using static Preble.Emulator.Ops.Arithmetic;
using static Preble.Emulator.Ops.SingleOps;

namespace Preble.Emulator.Lowering;

/// <summary>Arithmetic of floats.</summary>
internal static unsafe class FloatTable
{
    internal static void AddTo(OperationTable table)
    {
        AddSingles(table);
        AddFlushed(table);
        table.Add("add{.rn|}.f64", &Binary<double, Add<double>>.Run, "d=dd");
        table.Add("sub{.rn|}.f64", &Binary<double, Subtract<double>>.Run, "d=dd");
        table.Add("mul{.rn|}.f64", &Binary<double, Multiply<double>>.Run, "d=dd");
        table.Add("fma.rn.f64", &Ternary<double, DoubleOps.MultiplyAdd>.Run, "d=ddd");
        table.Add("div.rn.f64", &Binary<double, DoubleOps.Divide>.Run, "d=dd");
        table.Add("rcp.rn.f64", &Unary<double, DoubleOps.Reciprocal>.Run, "d=d");
        table.Add("sqrt.rn.f64", &Unary<double, DoubleOps.SquareRoot>.Run, "d=d");
        table.Add("neg.f64", &Unary<double, Negate<double>>.Run, "d=d");
        table.Add("abs.f64", &Unary<double, Abs<double>>.Run, "d=d");
        table.Add("min.f64", &Binary<double, DoubleOps.Min>.Run, "d=dd");
        table.Add("max.f64", &Binary<double, DoubleOps.Max>.Run, "d=dd");
        table.Add("fma.rn.bf16x2", &Map3<uint, uint, uint, uint, PairOps.MultiplyAddBrain>.Run, "w=www");
        table.Add("fma.rn.bf16", &Map3<uint, uint, uint, uint, PairOps.MultiplyAddBrain>.Run, "h=hhh");
        table.Add("{add|add.rn}.bf16x2", &Map2<uint, uint, uint, PairOps.AddBrain>.Run, "w=ww");
        table.Add("{add|add.rn}.bf16", &Map2<uint, uint, uint, PairOps.AddBrain>.Run, "h=hh");
        table.Add("{mul|mul.rn}.bf16x2", &Map2<uint, uint, uint, PairOps.MultiplyBrain>.Run, "w=ww");
        table.Add("{mul|mul.rn}.bf16", &Map2<uint, uint, uint, PairOps.MultiplyBrain>.Run, "h=hh");
    }

    private static void AddSingles(OperationTable table)
    {
        table.Add("add{.rn|}.f32", &Binary<float, Add<float>>.Run, "f=ff");
        table.Add("sub{.rn|}.f32", &Binary<float, Subtract<float>>.Run, "f=ff");
        table.Add("mul{.rn|}.f32", &Binary<float, Multiply<float>>.Run, "f=ff");
        table.Add("fma.rn.f32", &Ternary<float, SingleOps.MultiplyAdd>.Run, "f=fff");
        table.Add("div.{rn|full|approx}.f32", &Binary<float, Divide>.Run, "f=ff");
        table.Add("rcp.{rn|approx}.f32", &Unary<float, Reciprocal>.Run, "f=f");
        table.Add("sqrt.{rn|approx}.f32", &Unary<float, SquareRoot>.Run, "f=f");
        table.Add("rsqrt.approx.f32", &Unary<float, ReciprocalSquareRoot>.Run, "f=f");
        table.Add("neg.f32", &Unary<float, Negate<float>>.Run, "f=f");
        table.Add("abs.f32", &Unary<float, Abs<float>>.Run, "f=f");
        table.Add("min.f32", &Binary<float, SingleOps.Min>.Run, "f=ff");
        table.Add("max.f32", &Binary<float, SingleOps.Max>.Run, "f=ff");
        table.Add("min.NaN.f32", &Binary<float, Arithmetic.Min<float>>.Run, "f=ff");
        table.Add("max.NaN.f32", &Binary<float, Arithmetic.Max<float>>.Run, "f=ff");
        table.Add("ex2.approx.f32", &Unary<float, Exp2>.Run, "f=f");
        table.Add("lg2.approx.f32", &Map1<float, float, ScalarOps.Log2>.Run, "f=f");
        table.Add("sin.approx.f32", &Map1<float, float, ScalarOps.Sine>.Run, "f=f");
        table.Add("cos.approx.f32", &Map1<float, float, ScalarOps.Cosine>.Run, "f=f");
        table.Add("tanh.approx.f32", &Map1<float, float, ScalarOps.Tanh>.Run, "f=f");
        table.Add("copysign.f32", &Map2<float, float, float, ScalarOps.CopySign>.Run, "f=ff");
        table.Add("{add|add.rn}.sat.f32", &Map2<float, float, float, ScalarOps.AddSaturated>.Run, "f=ff");
    }

    private static void AddFlushed(OperationTable table)
    {
        table.Add("add{.rn|}.ftz.f32", &Binary<float, Flush2<Add<float>>>.Run, "f=ff");
        table.Add("sub{.rn|}.ftz.f32", &Binary<float, Flush2<Subtract<float>>>.Run, "f=ff");
        table.Add("mul{.rn|}.ftz.f32", &Binary<float, Flush2<Multiply<float>>>.Run, "f=ff");
        table.Add("fma.rn.ftz.f32", &Ternary<float, Flush3<SingleOps.MultiplyAdd>>.Run, "f=fff");
        table.Add("div.{rn|full|approx}.ftz.f32", &Binary<float, Flush2<Divide>>.Run, "f=ff");
        table.Add("rcp.{rn|approx}.ftz.f32", &Unary<float, Flush1<Reciprocal>>.Run, "f=f");
        table.Add("sqrt.{rn|approx}.ftz.f32", &Unary<float, Flush1<SquareRoot>>.Run, "f=f");
        table.Add("rsqrt.approx.ftz.f32", &Unary<float, Flush1<ReciprocalSquareRoot>>.Run, "f=f");
        table.Add("neg.ftz.f32", &Unary<float, Flush1<Negate<float>>>.Run, "f=f");
        table.Add("abs.ftz.f32", &Unary<float, Flush1<Abs<float>>>.Run, "f=f");
        table.Add("min.ftz.f32", &Binary<float, Flush2<SingleOps.Min>>.Run, "f=ff");
        table.Add("max.ftz.f32", &Binary<float, Flush2<SingleOps.Max>>.Run, "f=ff");
        table.Add("ex2.approx.ftz.f32", &Unary<float, Flush1<Exp2>>.Run, "f=f");
        table.Add("lg2.approx.ftz.f32", &Map1<float, float, ScalarOps.Flushed<ScalarOps.Log2>>.Run, "f=f");
        table.Add("sin.approx.ftz.f32", &Map1<float, float, ScalarOps.Flushed<ScalarOps.Sine>>.Run, "f=f");
        table.Add("cos.approx.ftz.f32", &Map1<float, float, ScalarOps.Flushed<ScalarOps.Cosine>>.Run, "f=f");
    }
}
