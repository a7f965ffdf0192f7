using System.Runtime.InteropServices;
using Preble.Core;
using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Grains.Interfaces;
using SequencePhase = Preble.Grains.Interfaces.SequencePhase;

namespace Preble.Silo.Engines;

/// <summary>From the engine's types to messages.</summary>
internal static class Wire
{
    public static ulong[] Keys(ReadOnlySpan<PageKey> keys) => MemoryMarshal.Cast<PageKey, ulong>(keys).ToArray();

    public static CacheEventBatch Batch(string workerId, long epoch, List<CacheEvent> events) => new()
    {
        WorkerId = workerId,
        Epoch = epoch,
        Events = [.. events.Select(item => new CacheEventMessage
        {
            Sequence = item.Sequence,
            Stored = item.Kind == CacheEventKind.Stored,
            Path = Keys(item.Path.Span),
            From = item.From,
        })],
    };

    public static SequenceReport Report(SequenceSnapshot snapshot) => new()
    {
        RequestId = snapshot.Id.Value,
        Choice = snapshot.Choice,
        Phase = snapshot.Phase switch
        {
            Core.Serving.SequencePhase.Waiting => SequencePhase.Waiting,
            Core.Serving.SequencePhase.Prefill => SequencePhase.Prefill,
            _ => SequencePhase.Decode,
        },
        CachedTokens = snapshot.CachedTokens,
        PrefillTokensLeft = snapshot.PrefillTokensLeft,
        ContextTokens = snapshot.ContextTokens,
        GeneratedTokens = snapshot.GeneratedTokens,
    };

    public static string Finish(FinishReason reason) => reason == FinishReason.Stop ? "stop" : "length";
}
