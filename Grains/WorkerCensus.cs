using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>Asks the silos of the cluster which workers they have: how a scheduler or a tree that begins anew learns of them at once.</summary>
internal static class WorkerCensus
{
    /// <summary>Silos are asked side by side. Of one that does not answer the workers make themselves known, with their next sign of life.</summary>
    /// <param name="grains">Gives the silos' hosts of workers.</param>
    /// <param name="silos">Whom to ask.</param>
    /// <param name="model">Of the workers.</param>
    /// <param name="take">Takes in one worker.</param>
    public static Task TakeAsync(IGrainFactory grains, ISilos silos, string model, Func<WorkerAnnouncement, Task> take) =>
        Task.WhenAll(silos.WithWorkers.Select(silo => AskAsync(grains.GetGrain<IWorkerHostGrain>(GrainKeys.WorkerHost(silo)), model, take)));

    private static async Task AskAsync(IWorkerHostGrain host, string model, Func<WorkerAnnouncement, Task> take)
    {
        WorkerAnnouncement[] announced;
        try
        {
            announced = await host.AnnounceAsync(model);
        }
        catch (Exception)
        {
            // The silo has gone or goes, or is not yet there.
            return;
        }

        foreach (WorkerAnnouncement worker in announced)
        {
            await take(worker);
        }
    }
}
