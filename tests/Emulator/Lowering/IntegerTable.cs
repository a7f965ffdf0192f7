using Preble.Emulator.Ops;
using static Preble.Emulator.Ops.Arithmetic;
using static Preble.Emulator.Ops.LaneOps;

namespace Preble.Emulator.Lowering;

/// <summary>Integer arithmetic.</summary>
internal static unsafe class IntegerTable
{
    internal static void AddTo(OperationTable table)
    {
        table.Add("add.{u32|s32}", &Binary<uint, Add<uint>>.Run, "w=ww");
        table.Add("add.{u64|s64}", &Binary<ulong, Add<ulong>>.Run, "q=qq");
        table.Add("add.{u16|s16}", &Binary<uint, Short<Add<uint>>>.Run, "h=hh");
        table.Add("sub.{u32|s32}", &Binary<uint, Subtract<uint>>.Run, "w=ww");
        table.Add("sub.{u64|s64}", &Binary<ulong, Subtract<ulong>>.Run, "q=qq");
        table.Add("sub.{u16|s16}", &Binary<uint, Short<Subtract<uint>>>.Run, "h=hh");
        table.Add("mul.lo.{u32|s32}", &Binary<uint, Multiply<uint>>.Run, "w=ww");
        table.Add("mul.lo.{u64|s64}", &Binary<ulong, Multiply<ulong>>.Run, "q=qq");
        table.Add("mul.lo.{u16|s16}", &Binary<uint, Short<Multiply<uint>>>.Run, "h=hh");
        table.Add("mad.lo.{u32|s32}", &Ternary<uint, MultiplyAdd<uint>>.Run, "w=www");
        table.Add("mad.lo.{u64|s64}", &Ternary<ulong, MultiplyAdd<ulong>>.Run, "q=qqq");
        table.Add("mad.lo.{u16|s16}", &Ternary<uint, Short3<MultiplyAdd<uint>>>.Run, "h=hhh");
        table.Add("mul.hi.u32", &Map2<uint, uint, uint, MultiplyHigh32>.Run, "w=ww");
        table.Add("mul.hi.s32", &Map2<int, int, int, MultiplyHighSigned32>.Run, "w=ww");
        table.Add("mul.hi.u64", &Map2<ulong, ulong, ulong, MultiplyHigh64>.Run, "q=qq");
        table.Add("mul.hi.s64", &Map2<long, long, long, MultiplyHighSigned64>.Run, "q=qq");
        table.Add("mul.hi.u16", &Map2<uint, uint, uint, MultiplyHigh16>.Run, "h=hh");
        table.Add("mul.hi.s16", &Map2<uint, uint, uint, MultiplyHighSigned16>.Run, "h=hh");
        table.Add("mul.wide.u32", &Map2<ulong, uint, uint, MultiplyWide>.Run, "q=ww");
        table.Add("mul.wide.s32", &Map2<long, int, int, MultiplyWideSigned>.Run, "q=ww");
        table.Add("mul.wide.u16", &Map2<uint, uint, uint, MultiplyWide16>.Run, "w=hh");
        table.Add("mul.wide.s16", &Map2<int, uint, uint, MultiplyWideSigned16>.Run, "w=hh");
        table.Add("mad.wide.u32", &Map3<ulong, uint, uint, ulong, MultiplyAddWide>.Run, "q=wwq");
        table.Add("mad.wide.u16", &Map3<uint, uint, uint, uint, MultiplyAddWide16>.Run, "w=hhw");
        table.Add("mad.wide.s16", &Map3<uint, uint, uint, uint, MultiplyAddWideSigned16>.Run, "w=hhw");
        table.Add("mad.wide.s32", &Map3<long, int, int, long, MultiplyAddWideSigned>.Run, "q=wwq");
        table.Add("mad.hi.u32", &Map3<uint, uint, uint, uint, MultiplyAddHigh32>.Run, "w=www");
        table.Add("mad.hi.s32", &Map3<int, int, int, int, MultiplyAddHighSigned32>.Run, "w=www");
        table.Add("div.u32", &Map2<uint, uint, uint, Divide<uint>>.Run, "w=ww");
        table.Add("div.s32", &Map2<int, int, int, Divide<int>>.Run, "w=ww");
        table.Add("div.u64", &Map2<ulong, ulong, ulong, Divide<ulong>>.Run, "q=qq");
        table.Add("div.s64", &Map2<long, long, long, Divide<long>>.Run, "q=qq");
        table.Add("div.u16", &Map2<uint, uint, uint, Divide<uint>>.Run, "h=hh");
        table.Add("div.s16", &Map2<uint, uint, uint, SignedShort2<Divide<int>>>.Run, "h=hh");
        table.Add("rem.s16", &Map2<uint, uint, uint, SignedShort2<Remainder<int>>>.Run, "h=hh");
        table.Add("rem.u32", &Map2<uint, uint, uint, Remainder<uint>>.Run, "w=ww");
        table.Add("rem.s32", &Map2<int, int, int, Remainder<int>>.Run, "w=ww");
        table.Add("rem.u64", &Map2<ulong, ulong, ulong, Remainder<ulong>>.Run, "q=qq");
        table.Add("rem.s64", &Map2<long, long, long, Remainder<long>>.Run, "q=qq");
        table.Add("rem.u16", &Map2<uint, uint, uint, Remainder<uint>>.Run, "h=hh");
        table.Add("neg.s32", &Unary<int, Negate<int>>.Run, "w=w");
        table.Add("neg.s64", &Unary<long, Negate<long>>.Run, "q=q");
        table.Add("neg.s16", &Unary<uint, Short1<Negate<uint>>>.Run, "h=h");
        table.Add("abs.s32", &Unary<int, Abs<int>>.Run, "w=w");
        table.Add("abs.s64", &Unary<long, Abs<long>>.Run, "q=q");
        table.Add("min.u32", &Binary<uint, Min<uint>>.Run, "w=ww");
        table.Add("min.s32", &Binary<int, Min<int>>.Run, "w=ww");
        table.Add("min.u64", &Binary<ulong, Min<ulong>>.Run, "q=qq");
        table.Add("min.s64", &Binary<long, Min<long>>.Run, "q=qq");
        table.Add("min.u16", &Binary<uint, Min<uint>>.Run, "h=hh");
        table.Add("min.s16", &Binary<int, SignedShort<Min<int>>>.Run, "h=hh");
        table.Add("max.u32", &Binary<uint, Max<uint>>.Run, "w=ww");
        table.Add("max.s32", &Binary<int, Max<int>>.Run, "w=ww");
        table.Add("max.u64", &Binary<ulong, Max<ulong>>.Run, "q=qq");
        table.Add("max.s64", &Binary<long, Max<long>>.Run, "q=qq");
        table.Add("max.u16", &Binary<uint, Max<uint>>.Run, "h=hh");
        table.Add("max.s16", &Binary<int, SignedShort<Max<int>>>.Run, "h=hh");
        table.Add("sad.u32", &Map3<uint, uint, uint, uint, AbsoluteDifference<uint>>.Run, "w=www");
        table.Add("sad.s32", &Map3<int, int, int, int, AbsoluteDifference<int>>.Run, "w=www");
    }
}
