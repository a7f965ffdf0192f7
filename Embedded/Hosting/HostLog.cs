using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Preble.Embedded.Hosting;

/// <summary>What a host reports because nobody waits for it.</summary>
/// <param name="logger">Where to.</param>
internal sealed partial class HostLog(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Warning, "A turn of {Grain} failed.")]
    public partial void TurnFailed(GrainId grain, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "Activation of {Grain} failed.")]
    public partial void ActivationFailed(GrainId grain, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "Deactivation of {Grain} failed; it is gone all the same.")]
    public partial void DeactivationFailed(GrainId grain, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "A timer of {Grain} failed; it goes on.")]
    public partial void TimerFailed(GrainId grain, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "The one-way call {Method} failed.")]
    public partial void OneWayFailed(string method, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "The end of an enumeration of {Grain} failed.")]
    public partial void EnumerationFailed(GrainId grain, Exception exception);

    [LoggerMessage(7, LogLevel.Warning, "The host stopped with {Count} activations that had not ended in time.")]
    public partial void Abandoned(int count);
}
