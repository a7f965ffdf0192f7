using System.Runtime.InteropServices;
using Preble.Core;
using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Engine.Sampling;
using Preble.Grains.Interfaces;
using SequencePhase = Preble.Grains.Interfaces.SequencePhase;
using TokenLogprob = Preble.Grains.Interfaces.TokenLogprob;

namespace Preble.Silo.Engines;

/// <summary>From the engine's types to messages.</summary>
internal static class Wire
{
    public static ulong[] Keys(ReadOnlySpan<PageKey> keys) => MemoryMarshal.Cast<PageKey, ulong>(keys).ToArray();

    public static CacheEventBatch Batch(string workerId, long epoch, List<CacheEvent> events, long lastEvent) => new()
    {
        WorkerId = workerId,
        Epoch = epoch,
        LastEvent = lastEvent,
        Events = [.. events.Select(item => new CacheEventMessage
        {
            Sequence = item.Sequence,
            Stored = item.Kind == CacheEventKind.Stored,
            Path = Keys(item.Path.Span),
            From = item.From,
        })],
    };

    public static Grains.Interfaces.CacheDump Dump(string workerId, long epoch, Core.Caching.CacheDump dump) => new()
    {
        WorkerId = workerId,
        Epoch = epoch,
        Sequence = dump.LastEvent,
        Paths = [.. dump.Paths.Select(path => new Grains.Interfaces.CachePath { Base = path.Base, Shared = path.Shared, Keys = Keys(path.Keys.Span) })],
    };

    public static HotPrefix Hot(HotPath path) => new() { Tokens = path.Tokens.ToArray(), PageKeySeed = path.Seed, PageKeys = Keys(path.Keys.Span) };

    public static WorkerReport Report(string workerId, long epoch, long sequence, List<SequenceSnapshot> live, SchedulerCounts counts) => new()
    {
        WorkerId = workerId,
        Epoch = epoch,
        Sequence = sequence,
        Live = [.. live.Select(Report)],
        PagesFree = counts.PagesFree,
        PagesCached = counts.PagesCached - counts.PagesPinned,
        PagesHeld = counts.PagesHeld + counts.PagesPinned,
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
        UnheldTokens = snapshot.UnheldTokens,
    };

    public static string Finish(FinishReason reason) => reason == FinishReason.Stop ? "stop" : "length";

    public static TokenLogprob Logprobs(TokenLogprobs logprobs) => new()
    {
        Token = logprobs.Chosen.Id,
        Bytes = logprobs.Chosen.Bytes.ToArray(),
        Logprob = logprobs.Chosen.Logprob,
        Top = [.. logprobs.Top.Select(top => new TokenAlternative { Token = top.Id, Bytes = top.Bytes.ToArray(), Logprob = top.Logprob })],
    };

    public static SamplingParameters Sampling(SamplingOptions options, int choice) => new()
    {
        MaxTokens = options.MaxTokens,
        MinTokens = options.MinTokens,
        Temperature = options.Temperature,
        TopP = options.TopP,
        TopK = options.TopK,
        MinP = options.MinP,
        RepetitionPenalty = options.RepetitionPenalty,
        PresencePenalty = options.PresencePenalty,
        FrequencyPenalty = options.FrequencyPenalty,
        Seed = unchecked(options.Seed + choice),
        LogitBias = options.LogitBias.ToDictionary(),
        Stop = options.StopStrings,
        StopTokenIds = options.StopTokens,
        IgnoreEos = options.IgnoreEndOfSequence,
        IncludeStopInOutput = options.IncludeStopString,
        SkipSpecialTokens = options.SkipSpecialTokens,
        Logprobs = options.Logprobs,
    };
}
