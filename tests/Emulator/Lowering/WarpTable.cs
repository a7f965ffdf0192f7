using Preble.Emulator.Execution;
using Preble.Emulator.Ops;

namespace Preble.Emulator.Lowering;

/// <summary>What lanes of a warp do together, and what does nothing in an emulator.</summary>
internal static unsafe class WarpTable
{
    internal static void AddTo(OperationTable table)
    {
        table.Add("vote.sync.all.pred", &WarpOps.Vote, "p=pm", Flow.Lanes, 'a');
        table.Add("vote.sync.any.pred", &WarpOps.Vote, "p=pm", Flow.Lanes, 'n');
        table.Add("vote.sync.uni.pred", &WarpOps.Vote, "p=pm", Flow.Lanes, 'u');
        table.Add("vote.sync.ballot.b32", &WarpOps.Vote, "w=pm", Flow.Lanes, 'b');
        table.Add("redux.sync.add.{u32|s32}", &WarpOps.Reduce<uint, Updates.Add<uint>>, "w=wm", Flow.Lanes);
        table.Add("redux.sync.min.u32", &WarpOps.Reduce<uint, Updates.Min<uint>>, "w=wm", Flow.Lanes);
        table.Add("redux.sync.min.s32", &WarpOps.Reduce<int, Updates.Min<int>>, "w=wm", Flow.Lanes);
        table.Add("redux.sync.max.u32", &WarpOps.Reduce<uint, Updates.Max<uint>>, "w=wm", Flow.Lanes);
        table.Add("redux.sync.max.s32", &WarpOps.Reduce<int, Updates.Max<int>>, "w=wm", Flow.Lanes);
        table.Add("redux.sync.and.b32", &WarpOps.Reduce<uint, Updates.And<uint>>, "w=wm", Flow.Lanes);
        table.Add("redux.sync.or.b32", &WarpOps.Reduce<uint, Updates.Or<uint>>, "w=wm", Flow.Lanes);
        table.Add("redux.sync.xor.b32", &WarpOps.Reduce<uint, Updates.Xor<uint>>, "w=wm", Flow.Lanes);
        table.Add("bar.warp.sync", &WarpOps.Synchronise, "=m", Flow.Lanes);
        table.Add("activemask.b32", &WarpOps.ActiveMask, "w=");
        table.Add("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", &MatrixMultiply<BrainPair>.Run, "ffff=wwwwwwffff", Flow.Warp, 2);
        table.Add("mma.sync.aligned.m16n8k8.row.col.f32.bf16.bf16.f32", &MatrixMultiply<BrainPair>.Run, "ffff=wwwffff", Flow.Warp, 1);
        table.Add("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", &MatrixMultiply<HalfPair>.Run, "ffff=wwwwwwffff", Flow.Warp, 2);
        table.Add("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32", &MatrixMultiply<HalfPair>.Run, "ffff=wwwffff", Flow.Warp, 1);
        table.Add("cp.async.commit_group", &AsyncCopyOps.Commit, "=");
        table.Add("cp.async.wait_all", &AsyncCopyOps.Wait, "=", immediate: -1);
        table.Add("membar.cta", &MoveOps.Nothing, "=");
        table.Add("membar.{gl|sys}", &WarpOps.Fence, "=");
        table.Add("fence{.sc|.acq_rel}.{cta|cluster}", &MoveOps.Nothing, "=");
        table.Add("fence{.sc|.acq_rel}.{gpu|sys}", &WarpOps.Fence, "=");
        table.Add("nanosleep.u32", &MoveOps.Nothing, "=w");
        table.Add("{ret|ret.uni|exit}", &MoveOps.Nothing, "=", Flow.Exit);
        table.Add("{trap|brkpt}", &MoveOps.Nothing, "=", Flow.Trap);
    }
}
