using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>What a request says of itself while it runs and after.</summary>
internal sealed class RequestRecord(GenerateRequest request)
{
    private RequestDescription _description = new()
    {
        RequestId = request.RequestId,
        Model = request.Model,
        State = RequestState.Placing,
        PromptTokens = request.PromptTokens.Length,
        Choices = request.Choices,
        CachedTokens = 0,
        CompletionTokens = 0,
        Attempts = 0,
    };

    /// <summary>As it stands, with the latest placement if that was told here.</summary>
    public RequestDescription Description => _description;

    public bool HasEnded => _description.Outcome is not null;

    /// <summary>Whether a piece was handed out and the next not yet asked for.</summary>
    public bool AwaitsReader { get; set; }

    /// <summary>Workers it was placed on.</summary>
    public int Attempts => _description.Attempts;

    public void Place(PlacementReply place) => _description = _description with
    {
        State = RequestState.Queued,
        WorkerId = place.WorkerId,
        Attempts = _description.Attempts + 1,
        Placement = place.Explanation,
    };

    public void Run(RequestProgress progress) => _description = _description with
    {
        State = RequestState.Running,
        CachedTokens = progress.CachedTokens,
        CompletionTokens = progress.OutputTokens,
    };

    /// <summary>It has left the worker; what was predicted of that can be compared.</summary>
    public void Leave(CompletionReport report) => _description = _description with
    {
        Placement = _description.Placement is not { } placement ? null : placement with
        {
            ActualCachedTokens = report.CachedTokens,
            ActualOutputTokens = report.OutputTokens,
            ActualTtftSeconds = report.TtftSeconds,
            ActualTotalSeconds = report.TotalSeconds,
            ActualState = StateOf(report.Outcome),
        },
    };

    public void End(Outcome outcome, string? message) => _description = _description with { Outcome = outcome, Message = message, State = StateOf(outcome) };

    private static RequestState StateOf(Outcome outcome) => outcome switch
    {
        Outcome.Completed => RequestState.Completed,
        Outcome.Cancelled => RequestState.Cancelled,
        Outcome.QueueFull or Outcome.NoWorker or Outcome.PromptTooLong or Outcome.DuplicateRequest or Outcome.WorkerDraining => RequestState.Rejected,
        _ => RequestState.Failed,
    };
}
