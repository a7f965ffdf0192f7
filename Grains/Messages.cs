using System.Runtime.InteropServices;
using Preble.Core;
using Preble.Core.Caching;
using Preble.Core.Placement;
using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>Between messages and Core's types.</summary>
internal static class Messages
{
    public static ReadOnlyMemory<PageKey> Path(ulong[] keys) => MemoryMarshal.Cast<ulong, PageKey>(keys).ToArray();

    public static CacheEvent Event(CacheEventMessage item) =>
        new(item.Sequence, item.Stored ? CacheEventKind.Stored : CacheEventKind.Evicted, Path(item.Path), item.From);

    public static Interfaces.WorkerMatch Match(Core.Placement.WorkerMatch worker) => new()
    {
        WorkerId = worker.Worker.Value,
        ResidentPages = worker.ResidentPages,
        ExpectedPages = worker.ExpectedPages,
        EvictedUse = worker.Eviction.Tokens,
        EvictedUseSquare = worker.Eviction.HalfSquares,
    };

    public static Core.Placement.WorkerMatch Match(Interfaces.WorkerMatch worker) =>
        new(new WorkerId(worker.WorkerId), worker.ResidentPages, worker.ExpectedPages, new Eviction(worker.EvictedUse, worker.EvictedUseSquare));
}
