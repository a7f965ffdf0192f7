using Microsoft.Extensions.Options;

namespace Preble.Silo;

/// <summary>The end of the process.</summary>
internal static class Departure
{
    /// <summary>
    /// Beyond the time in which the program stops by its options: the host writes into the list of silos that this one leaves and, where that is away, tries
    /// for minutes.
    /// </summary>
    private static readonly TimeSpan FarewellMax = TimeSpan.FromSeconds(5);

    /// <summary>Waits until the program was told to stop and has stopped; for the latter no longer than that. Nothing of it may be used any more.</summary>
    public static async Task WaitAsync(WebApplication app)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Lifetime.ApplicationStopping.Register(() => told.TrySetResult());
        TimeSpan limit = app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout + FarewellMax;
        TimeProvider clock = app.Services.GetRequiredService<TimeProvider>();
        Task stopped = StopAsync(app);
        await Task.WhenAny(told.Task, stopped);
        try
        {
            await stopped.WaitAsync(limit, clock);
        }
        catch (TimeoutException)
        {
            Console.Error.WriteLine($"preble: not all has stopped within {limit.TotalSeconds:0.#} s, and the process ends without it; a cluster finds out by itself.");
        }
    }

    private static async Task StopAsync(WebApplication app)
    {
        await using (app)
        {
            await app.WaitForShutdownAsync();
        }
    }
}
