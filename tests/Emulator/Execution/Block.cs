using System.Numerics;
using Preble.Emulator.Memory;
using Preble.Kernels.Driver;

namespace Preble.Emulator.Execution;

/// <summary>Runs the blocks of a launch one after the other; one for each thread of the host.</summary>
internal sealed unsafe class Block : IDisposable
{
    private const long Quantum = 1 << 20;
    private const int Barriers = 16;

    private readonly List<Warp> _warps = [];
    private readonly Barrier[] _barriers = [.. Enumerable.Range(0, Barriers).Select(_ => new Barrier())];
    private int _warpCount;
    private long _number;
    private byte* _constants;

    internal Block() => Order = new BlockOrder(this);

    internal Launch Launch { get; private set; } = null!;

    /// <summary>The kernel's first instruction.</summary>
    internal Instruction* Code { get; private set; }

    internal Dim3 Index { get; private set; }

    /// <summary>What is left where the block writes to global memory.</summary>
    internal uint Stamp => BlockRaces.Stamp(Launch.Number, _number, Order.Fences);

    /// <summary>What is known of other blocks' writes.</summary>
    internal BlockOrder Order { get; }

    internal MemoryRegion Shared { get; private set; } = new("shared memory", 0, 0, 1, false);

    internal RaceCheck? Races { get; private set; }

    /// <summary>By instruction, the allocation that it used last.</summary>
    internal MemoryRegion?[] Recent { get; private set; } = [];

    /// <summary>Prepares for the blocks of a launch, whose code and constants are pinned.</summary>
    internal void Begin(Launch launch, Instruction* code, byte* constants)
    {
        Launch = launch;
        Code = code;
        _constants = constants;
        _warpCount = (launch.ThreadCount + Warp.Lanes - 1) / Warp.Lanes;
        while (_warps.Count < _warpCount)
        {
            _warps.Add(new Warp(this, _warps.Count));
        }

        Recent = new MemoryRegion?[launch.Code.Instructions.Length];
        ulong bytes = (ulong)(launch.Code.DynamicSharedStart + launch.DynamicSharedBytes);
        if (Shared.Bytes != bytes || (Shared.State != null) != launch.Memory.Tracked)
        {
            Shared.Free();
            Shared = new MemoryRegion("shared memory", 0, bytes, 1, launch.Memory.Tracked);
        }

        Races ??= launch.Options.CheckRaces ? new RaceCheck() : null;
    }

    /// <summary>Runs one block to its end.</summary>
    /// <exception cref="FaultException">The kernel did something wrong.</exception>
    internal void Run(long number)
    {
        number = Launch.Options.Backwards ? Launch.BlockCount - 1 - number : number;
        Index = Launch.BlockIndex(number);
        _number = number;
        Order.Clear();
        Shared.Clear();
        Races?.Reset((int)Shared.Bytes, Launch.Code.SharedShift);
        foreach (Barrier barrier in _barriers)
        {
            barrier.Clear();
        }

        for (int i = 0; i < _warpCount; i++)
        {
            _warps[i].Reset(_constants);
        }

        while (!Launch.Stopped)
        {
            long spent = 0;
            int done = 0;
            for (int i = 0; i < _warpCount; i++)
            {
                Warp warp = _warps[Launch.Options.Backwards ? _warpCount - 1 - i : i];
                spent += warp.State == WarpState.Ready ? warp.Run(Quantum) : 0;
                done += warp.State == WarpState.Done ? 1 : 0;
            }

            if (!Launch.Spend(spent))
            {
                throw Fault(FaultKind.Timeout, 0, 0, 0, $"more than {Launch.Options.InstructionsMax} instructions");
            }

            if (done == _warpCount)
            {
                return;
            }

            if (spent == 0)
            {
                ThrowDeadlock();
            }
        }
    }

    /// <summary>A whole warp is at a barrier.</summary>
    internal void Arrive(Warp warp, Instruction* i)
    {
        uint id = *(uint*)warp.Row(i->Operand[0]);
        int count = *(int*)warp.Row(i->Operand[1]);
        int all = _warpCount * Warp.Lanes;
        var kind = (BarrierKind)i->Immediate;
        int lane = BitOperations.TrailingZeroCount(warp.Live);
        if (id >= Barriers || count < 0 || count > all || count % Warp.Lanes != 0)
        {
            throw warp.Fault(FaultKind.DivergentBarrier, i, lane, 0, $"barrier {id} for {count} threads in a block of {Launch.ThreadCount}");
        }

        Barrier barrier = _barriers[id];
        int expected = count == 0 ? all : count;
        if (barrier.Arrived > 0 && barrier.Expected != expected)
        {
            throw warp.Fault(FaultKind.DivergentBarrier, i, lane, 0, $"barrier {id} for {expected} threads, where others wait for {barrier.Expected}");
        }

        barrier.Expected = expected;
        barrier.Arrived += Warp.Lanes;
        for (int w = 0; w < _warpCount; w++)
        {
            barrier.Clock[w] = Math.Max(barrier.Clock[w], warp.Clock[w]);
        }

        if (kind == BarrierKind.Arrive)
        {
            warp.Clock[warp.Index]++;
        }
        else
        {
            barrier.Waiting.Add(warp);
            warp.State = WarpState.Waiting;
            if (kind != BarrierKind.Sync)
            {
                barrier.Votes += BitOperations.PopCount((*(uint*)warp.Row(i->Operand[2]) ^ i->SourceFlip) & warp.Live);
            }
        }

        if (barrier.Arrived == barrier.Expected)
        {
            Complete(barrier);
        }
    }

    internal int Line(int instruction) => Launch.Code.Source[instruction].Line;

    internal FaultException Fault(FaultKind kind, int instruction, int thread, ulong address, string detail) =>
        new(new Fault(kind, Launch.Code.Name, Line(instruction), Index, thread, address, $"{Launch.Code.Source[instruction]}: {detail}"));

    public void Dispose()
    {
        _warps.ForEach(warp => warp.Dispose());
        Shared.Free();
        Races?.Dispose();
    }

    private static void Complete(Barrier barrier)
    {
        foreach (Warp warp in barrier.Waiting)
        {
            Instruction* i = warp.Waiting;
            barrier.Clock.CopyTo(new Span<uint>(warp.Clock, Warp.Lanes));
            switch ((BarrierKind)i->Immediate)
            {
                case BarrierKind.Count:
                    new Span<int>(warp.Row(i->Operand[3]), Warp.Lanes).Fill(barrier.Votes);
                    break;
                case BarrierKind.All:
                    *(uint*)warp.Row(i->Operand[3]) = barrier.Votes == barrier.Expected ? uint.MaxValue : 0;
                    break;
                case BarrierKind.Any:
                    *(uint*)warp.Row(i->Operand[3]) = barrier.Votes > 0 ? uint.MaxValue : 0;
                    break;
            }

            warp.Release();
        }

        barrier.Clear();
    }

    private void ThrowDeadlock()
    {
        var waiting = new List<string>();
        var ended = new List<int>();
        Warp first = _warps.First(warp => warp.State == WarpState.Waiting);
        for (int i = 0; i < _warpCount; i++)
        {
            if (_warps[i].State == WarpState.Done)
            {
                ended.Add(i);
            }
            else
            {
                waiting.Add($"warp {i} at line {_warps[i].Waiting->Line}");
            }
        }

        string detail = $"waiting: {string.Join(", ", waiting)}; ended: {(ended.Count == 0 ? "none" : $"warps {string.Join(", ", ended)}")}";
        throw first.Fault(ended.Count == 0 ? FaultKind.Deadlock : FaultKind.DivergentBarrier, first.Waiting, 0, 0, detail);
    }
}
