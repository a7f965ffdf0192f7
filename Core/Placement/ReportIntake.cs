using System.Runtime.CompilerServices;

namespace Preble.Core.Placement;

/// <summary>Turns workers' reports into their loads.</summary>
internal sealed class ReportIntake(GlobalSchedulerOptions options, LiveRequests live, DecisionLog log)
{
    public ReportOutcome Apply(WorkerReport report, WorkerState worker, TimeSpan now)
    {
        if (report.Epoch != worker.View.Profile.Epoch || report.Sequence <= worker.ReportSequence)
        {
            return ReportOutcome.Stale;
        }

        if (!IsSane(report, worker.View.Profile))
        {
            return ReportOutcome.Malformed;
        }

        // 1. What was reported last no longer counts.
        worker.ReportSequence = report.Sequence;
        worker.ReportNumber++;
        worker.View.Pages = report.Pages;
        worker.View.HeldTokens = (long)report.Pages.Held * options.PageTokens;
        foreach (LoadSums untracked in worker.Untracked)
        {
            worker.View.TakeOff(untracked);
        }

        worker.Untracked.Clear();

        // 2. What is reported now does, at the rates that its steps show.
        if (options.CalibratesRates && worker.Calibrator.Observe(report.Steps))
        {
            worker.View.Rates = worker.Calibrator.Rates;
        }

        foreach (ref readonly ReportedSequence sequence in report.Sequences.Span)
        {
            Count(sequence, worker);
        }

        // 3. Requests that were reported before and are no more have ended there; those on their way stay.
        foreach (LiveRequest request in worker.Requests)
        {
            if (request.Seen && request.ReportNumber != worker.ReportNumber && request.Expiring.List is null)
            {
                LiveRequests.SetLoad(request, default);
                live.ExpireAt(request, now + TimeSpan.FromSeconds(options.UnseenSeconds));
            }
        }

        // 4. What the most overdue waits longer than was foreseen, others will, too.
        worker.View.EarliestDue = worker.EarliestDue;
        return ReportOutcome.Applied;
    }

    private static bool IsSane(WorkerReport report, WorkerProfile profile)
    {
        ReportedPages pages = report.Pages;
        if (report.Sequences.Length > profile.RunningMax + profile.WaitingMax || Math.Min(Math.Min(pages.Free, pages.Cached), pages.Held) < 0)
        {
            return false;
        }

        foreach (ref readonly ReportedSequence sequence in report.Sequences.Span)
        {
            if (!sequence.IsSane)
            {
                return false;
            }
        }

        return true;
    }

    private void Count(in ReportedSequence sequence, WorkerState worker)
    {
        if (live.TryFind(sequence.Request, out LiveRequest? request) && request.Worker == worker)
        {
            // The choices of one request share their prompt: it is computed once.
            bool another = request.ReportNumber == worker.ReportNumber;
            LoadSums load = LoadOf(sequence, worker.View.Rates, countsPrefill: !another || request.Load.PrefillTokens == 0);
            if (another)
            {
                load.Add(request.Load);
            }

            live.Keep(request);
            request.Seen = true;
            request.ReportNumber = worker.ReportNumber;
            LiveRequests.SetLoad(request, load);
        }
        else if (!HasEndedHere(sequence.Request, worker.Id))
        {
            LoadSums load = LoadOf(sequence, worker.View.Rates, countsPrefill: true);
            worker.Untracked.Add(load);
            worker.View.PutOn(load);
        }
    }

    /// <summary>Whether a request's end has overtaken the report that still lists it.</summary>
    private bool HasEndedHere(RequestId request, WorkerId worker)
    {
        ref DecisionLog.Entry entry = ref log.Find(request);
        return !Unsafe.IsNullRef(ref entry) && entry.HasEnded && entry.Worker == worker;
    }

    private static LoadSums LoadOf(in ReportedSequence sequence, in WorkerRates rates, bool countsPrefill)
    {
        bool decodes = sequence.Phase == ReportedPhase.Decode;
        int left = decodes || !countsPrefill ? 0 : sequence.PrefillTokensLeft;
        return new LoadSums
        {
            Sequences = 1,
            Waiting = sequence.Phase == ReportedPhase.Waiting ? 1 : 0,
            Queued = sequence.Phase == ReportedPhase.Waiting && sequence.Generated == 0 ? 1 : 0,
            Decoding = decodes ? 1 : 0,
            ContextTokens = sequence.ContextTokens,
            DecodeContextTokens = decodes ? sequence.ContextTokens : 0,
            CachedTokens = Math.Min(sequence.CachedTokens, sequence.ContextTokens),
            PrefillTokens = left,
            UnheldTokens = sequence.UnheldTokens,
            PrefillNanoseconds = LoadSums.Nanoseconds(rates.PrefillSeconds(left, sequence.ContextTokens - sequence.PrefillTokensLeft)),
        };
    }
}
