using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Tests;

/// <summary>What workers tell of themselves, which comes after the answers that clients read: a prompt is placed by what has come.</summary>
internal static class CacheNews
{
    /// <summary>Waits until the tree knows a worker that has most pages of a chat's prompt, and the scheduler that nothing runs any more.</summary>
    public static async Task HaveComeAsync(SiloApp app, object chat)
    {
        IGrainFactory grains = app.Services.GetRequiredService<IGrainFactory>();
        var body = new CallBody { Kind = CallKind.Chat, Json = JsonSerializer.SerializeToUtf8Bytes(chat) };
        GenerateRequest prompt = (await grains.GetGrain<IPromptGrain>("any").PrepareAsync(body)).Requests.Single();
        var match = new MatchRequest { PageKeys = prompt.PageKeys, PromptTokens = prompt.PromptTokens.Length, WithEvictionCost = false, WithPath = false };
        await Eventually.HoldsAsync(async () =>
            (await grains.GetGrain<IPrefixTreeGrain>(prompt.Model).MatchAsync(match)).Workers.Any(worker => worker.ResidentPages > prompt.PageKeys.Length / 2)
            && (await grains.GetGrain<ISchedulerGrain>(prompt.Model).StatusAsync()).Workers.All(worker => worker.Live == 0));
    }
}
