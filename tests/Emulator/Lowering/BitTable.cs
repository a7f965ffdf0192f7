using Preble.Emulator.Ops;
using static Preble.Emulator.Ops.Arithmetic;
using static Preble.Emulator.Ops.BitOps;
using static Preble.Emulator.Ops.LaneOps;

namespace Preble.Emulator.Lowering;

/// <summary>Logic, shifts, fields of bits, and choices between values.</summary>
internal static unsafe class BitTable
{
    internal static void AddTo(OperationTable table)
    {
        table.Add("and.b32", &Binary<uint, And<uint>>.Run, "w=ww");
        table.Add("and.b64", &Binary<ulong, And<ulong>>.Run, "q=qq");
        table.Add("and.b16", &Binary<uint, And<uint>>.Run, "h=hh");
        table.Add("and.pred", &Predicates.And, "p=pp");
        table.Add("or.b32", &Binary<uint, Or<uint>>.Run, "w=ww");
        table.Add("or.b64", &Binary<ulong, Or<ulong>>.Run, "q=qq");
        table.Add("or.b16", &Binary<uint, Or<uint>>.Run, "h=hh");
        table.Add("or.pred", &Predicates.Or, "p=pp");
        table.Add("xor.b32", &Binary<uint, Xor<uint>>.Run, "w=ww");
        table.Add("xor.b64", &Binary<ulong, Xor<ulong>>.Run, "q=qq");
        table.Add("xor.b16", &Binary<uint, Xor<uint>>.Run, "h=hh");
        table.Add("xor.pred", &Predicates.Xor, "p=pp");
        table.Add("not.b32", &Unary<uint, Not<uint>>.Run, "w=w");
        table.Add("not.b64", &Unary<ulong, Not<ulong>>.Run, "q=q");
        table.Add("not.b16", &Unary<uint, Short1<Not<uint>>>.Run, "h=h");
        table.Add("not.pred", &Predicates.Not, "p=p");
        table.Add("mov.pred", &Predicates.Move, "p=p");
        table.Add("shl.b32", &Shift32<ShiftLeftWords>.Run, "w=ww");
        table.Add("shr.{u32|b32}", &Shift32<ShiftRightWords>.Run, "w=ww");
        table.Add("shr.s32", &Shift32<ShiftRightSignedWords>.Run, "w=ww");
        table.Add("shl.b64", &Map2<ulong, ulong, uint, ShiftLeft<ulong>>.Run, "q=qw");
        table.Add("shr.{u64|b64}", &Map2<ulong, ulong, uint, ShiftRight<ulong>>.Run, "q=qw");
        table.Add("shr.s64", &Map2<long, long, uint, ShiftRight<long>>.Run, "q=qw");
        table.Add("shl.b16", &Map2<uint, uint, uint, ShiftLeft16>.Run, "h=hw");
        table.Add("shr.{u16|b16}", &Map2<uint, uint, uint, ShiftRight16>.Run, "h=hw");
        table.Add("shr.s16", &Map2<uint, uint, uint, ShiftRightSigned16>.Run, "h=hw");
        table.Add("shf.l.wrap.b32", &Map3<uint, uint, uint, uint, FunnelLeft>.Run, "w=www");
        table.Add("shf.l.clamp.b32", &Map3<uint, uint, uint, uint, FunnelLeftClamp>.Run, "w=www");
        table.Add("shf.r.wrap.b32", &Map3<uint, uint, uint, uint, FunnelRight>.Run, "w=www");
        table.Add("shf.r.clamp.b32", &Map3<uint, uint, uint, uint, FunnelRightClamp>.Run, "w=www");
        table.Add("bfe.u32", &Map3<uint, uint, uint, uint, Extract<uint>>.Run, "w=www");
        table.Add("bfe.s32", &Map3<int, int, uint, uint, Extract<int>>.Run, "w=www");
        table.Add("bfe.u64", &Map3<ulong, ulong, uint, uint, Extract<ulong>>.Run, "q=qww");
        table.Add("bfe.s64", &Map3<long, long, uint, uint, Extract<long>>.Run, "q=qww");
        table.Add("bfi.b32", &FieldInsert<uint>.Run, "w=wwww");
        table.Add("bfi.b64", &FieldInsert<ulong>.Run, "q=qqww");
        table.Add("prmt.b32", &Map3<uint, uint, uint, uint, Permute>.Run, "w=www");
        table.Add("brev.b32", &Map1<uint, uint, Reverse<uint>>.Run, "w=w");
        table.Add("brev.b64", &Map1<ulong, ulong, Reverse<ulong>>.Run, "q=q");
        table.Add("popc.b32", &Map1<uint, uint, PopulationCount<uint>>.Run, "w=w");
        table.Add("popc.b64", &Map1<uint, ulong, PopulationCount<ulong>>.Run, "w=q");
        table.Add("clz.b32", &Map1<uint, uint, LeadingZeros<uint>>.Run, "w=w");
        table.Add("clz.b64", &Map1<uint, ulong, LeadingZeros<ulong>>.Run, "w=q");
        table.Add("bfind.u32", &Map1<uint, uint, FindHighest<uint>>.Run, "w=w");
        table.Add("bfind.s32", &Map1<uint, int, FindHighest<int>>.Run, "w=w");
        table.Add("bfind.u64", &Map1<uint, ulong, FindHighest<ulong>>.Run, "w=q");
        table.Add("bfind.s64", &Map1<uint, long, FindHighest<long>>.Run, "w=q");
        table.Add("selp.{b32|u32|s32}", &Select<uint>.Run, "w=wwp");
        table.Add("selp.f32", &Select<uint>.Run, "w=ffp");
        table.Add("selp.{b64|u64|s64}", &Select<ulong>.Run, "q=qqp");
        table.Add("selp.f64", &Select<ulong>.Run, "q=ddp");
        table.Add("selp.{b16|u16|s16}", &Select<uint>.Run, "h=hhp");
        table.Add("mov.{b32|u32|s32}", &Unary<uint, Move<uint>>.Run, "w=w");
        table.Add("mov.f32", &Unary<uint, Move<uint>>.Run, "f=f");
        table.Add("mov.{b64|u64|s64}", &Unary<ulong, Move<ulong>>.Run, "q=q");
        table.Add("mov.f64", &Unary<ulong, Move<ulong>>.Run, "d=d");
        table.Add("mov.{b16|u16|s16}", &Unary<uint, Move<uint>>.Run, "h=h");
    }
}
