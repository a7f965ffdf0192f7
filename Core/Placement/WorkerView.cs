namespace Preble.Core.Placement;

/// <summary>
/// What policies see of a worker: its rates and limits, and its work as last reported with everything placed on it since. One object for the life of
/// the worker, kept current by the <see cref="GlobalScheduler"/>, which alone changes it.
/// </summary>
public sealed class WorkerView
{
    /// <summary>Prompts sent to it over which <see cref="Followers"/> is a mean.</summary>
    public const int FollowersSpan = 128;

    /// <summary>
    /// Prompts sent to it over which <see cref="Crowd"/> is a mean: few, since a crowd is gone soon; but not one, or a worker that is idle for a moment would
    /// take prompts from those who have them cached.
    /// </summary>
    public const int CrowdSpan = 16;

    private readonly ArrivalMean _followers = new(FollowersSpan);
    private readonly ArrivalMean _crowd = new(CrowdSpan);
    private LoadSums _load;

    internal WorkerView(WorkerProfile profile)
    {
        Profile = profile;
        Id = profile.Id;
        WaitingMax = profile.WaitingMax;
        Rates = profile.Rates;
        ChunkTokens = profile.ChunkTokens;
        KvTokens = profile.KvTokens;
        RoundTripSeconds = profile.RoundTripSeconds;
        Queue = new QueueForesight(profile.PriorityGroups);
    }

    public WorkerProfile Profile { get; }

    public WorkerId Id { get; }

    /// <summary>
    /// The rates that predictions use: those of the profile, calibrated by what the worker's steps took. What is queued was priced when it was placed or
    /// last reported.
    /// </summary>
    public WorkerRates Rates { get; internal set; }

    /// <inheritdoc cref="WorkerProfile.ChunkTokens"/>
    public int ChunkTokens { get; }

    /// <inheritdoc cref="WorkerProfile.KvTokens"/>
    public int KvTokens { get; }

    /// <inheritdoc cref="WorkerProfile.WaitingMax"/>
    public int WaitingMax { get; }

    /// <inheritdoc cref="WorkerProfile.RoundTripSeconds"/>
    public double RoundTripSeconds { get; }

    /// <summary>Sequences on it: on their way, waiting, in prefill and decoding. (n)</summary>
    public int Sequences => _load.Sequences;

    /// <summary>Those of them on their way or waiting.</summary>
    public int Waiting => _load.Waiting;

    /// <summary>Those of them that decode. (n_dec)</summary>
    public int Decoding => _load.Decoding;

    /// <summary>Tokens of all their contexts, computed or still to be. (ctx)</summary>
    public long ContextTokens => _load.ContextTokens;

    /// <summary>Context tokens of those that decode. (ctx_dec)</summary>
    public long DecodeContextTokens => _load.DecodeContextTokens;

    /// <summary>Prompt tokens that it has still to compute. (qt)</summary>
    public long QueuedPrefillTokens => _load.PrefillTokens;

    /// <summary>Predicted seconds to compute them. (q)</summary>
    public double QueuedPrefillSeconds => _load.PrefillNanoseconds * 1e-9;

    /// <summary>
    /// Tokens of key-value memory that running sequences hold, as last reported, less what sequences that ended since had for themselves.
    /// </summary>
    public long HeldTokens { get; internal set; }

    /// <summary>Cached tokens that no running sequence holds, but those that wait will, as last reported.</summary>
    public long UnheldTokens => _load.UnheldTokens;

    /// <summary>Pages of its key-value memory as last reported; all 0 before the first report.</summary>
    public ReportedPages Pages { get; internal set; }

    /// <summary>
    /// Above 0, at most 1. Below 1 it has joined while others were at work and should get a share only: what is predicted of it may well take 1/Warmth
    /// times as long.
    /// </summary>
    public double Warmth { get; internal set; } = 1;

    /// <summary>
    /// Whether nothing was sent to it yet while what others' steps take is known: its rates are still those of its profile, and it may well be faster.
    /// </summary>
    public bool IsUntried { get; internal set; }

    /// <summary>Whether it is leaving: it is a candidate only where all workers that could take a prompt leave.</summary>
    public bool IsDraining { get; internal set; }

    /// <summary>
    /// Whether a request of it ended as if it had gone, and nothing was heard of it since: it is a candidate only where no other worker could take a prompt.
    /// </summary>
    public bool IsSuspect { get; internal set; }

    /// <summary>Requests sent to it within the window H.</summary>
    public WindowSums Window => WindowState.Sums;

    /// <summary>Seconds of one decode step with what decodes now. (d)</summary>
    public double DecodeStepSeconds => Rates.DecodeStepSeconds(Decoding, DecodeContextTokens);

    /// <summary>Seconds until the prompts before a new one are computed, with a decode step beside each chunk.</summary>
    public double WaitSeconds => WaitSecondsBut(default);

    /// <summary>
    /// How many come to wait behind a prompt that is sent to it now: the mean of the sequences that the last prompts sent to it found waiting for their first
    /// token. 0 or more. Fades when prompts come more seldom than they did, so that it is nothing soon after nobody waits any more.
    /// </summary>
    /// <param name="now">Never less than before.</param>
    public double Followers(TimeSpan now) => _followers.Of(now);

    /// <summary>
    /// How many more are delayed than those who are there, for as long as a prompt is computed: while they are held up others come as ever, and all have longer
    /// steps until as many have left. Where prompts come as fast as answers end, n that decode in steps of T, of which T0 is the same for any number, so cost
    /// the others n (T / T0 - 1) times what the prompt takes; T0 is taken to be a sequence's share at least. The mean of that over the last prompts sent to it;
    /// 0 or more; fades as <see cref="Followers"/> does.
    /// </summary>
    /// <param name="now">Never less than before.</param>
    public double Crowd(TimeSpan now) => _crowd.Of(now);

    /// <summary>
    /// How long the most overdue of those who wait there with at most half of their prompts cached, as last reported, has waited beyond what was foreseen when it
    /// was sent, had it passed nobody, and the wait for key-value memory left out: so long, it is taken where memory is short, another one must wait for memory. In
    /// seconds; 0 if nobody is overdue, and of requests that this scheduler has placed only. What is taken to come free is taken by those who pass, whom nobody
    /// foresees; that the delay of the one at the head of the line tells of the next one's is from Ibrahim and Whitt (Real-time delay estimation based on delay
    /// history, 2009).
    /// </summary>
    /// <param name="now">Since the same moment as the scheduler's times.</param>
    public double OverdueSeconds(TimeSpan now) => EarliestDue is { } due && due < now ? (now - due).TotalSeconds : 0;

    /// <summary>When the first token of that one was foreseen; nothing if nobody of them waits.</summary>
    internal TimeSpan? EarliestDue { get; set; }

    /// <summary>
    /// Whether so much of a prompt is cached that its sequence goes before those for which there is no room. A worker's admission asks how much running sequences
    /// hold; what is cached and held by nobody counts here, too.
    /// </summary>
    internal static bool PassesForRoom(long cachedTokens, long promptTokens) => 2 * cachedTokens > promptTokens;

    internal WorkerWindow WindowState { get; } = new();

    /// <summary>Those who wait there by their places in the queue.</summary>
    internal QueueForesight Queue { get; }

    internal LoadSums Load => _load;

    /// <summary>What the match with <see cref="MatchNumber"/> says of this worker.</summary>
    internal WorkerMatch Match { get; set; }

    /// <summary>The match that was dealt to this worker last; another one than the current says nothing of it.</summary>
    internal long MatchNumber { get; set; }

    internal bool HasGone { get; set; }

    /// <summary>
    /// Tokens for which there is neither room in its key-value memory nor will be once what is queued is computed, so that as many that are cached are
    /// driven out. It is taken to be empty until it has reported.
    /// </summary>
    /// <param name="newTokens">Tokens that are computed anew.</param>
    public double DisplacedTokens(int newTokens)
    {
        double free = Pages.Total > 0 ? (double)Pages.Free / Pages.Total : 1;
        return Math.Clamp(newTokens - ((free * KvTokens) - QueuedPrefillTokens), 0, newTokens);
    }

    /// <summary>Steps that computing so many prompt tokens takes.</summary>
    public double Chunks(long tokens) => Math.Ceiling(tokens / (double)ChunkTokens);

    /// <summary>
    /// Predicted seconds in which all of its key-value memory is given up by those who hold it: an answer's decode steps, those beside the chunks of queued
    /// prompts included, times as often as a token is held by several, since the last of them keeps it.
    /// </summary>
    /// <param name="output">Tokens of an answer.</param>
    public double TurnoverSeconds(double output)
    {
        double chunks = QueuedPrefillTokens / (double)ChunkTokens;
        double beside = chunks > output ? QueuedPrefillSeconds * output / chunks : QueuedPrefillSeconds;
        double holders = Math.Clamp(DecodeContextTokens / Math.Max(1.0, HeldTokens), 1, Math.Max(1, Decoding));
        return holders * ((output * Rates.DecodeStepSeconds(Sequences, ContextTokens)) + beside);
    }

    /// <summary>
    /// Of those that decode there now, those that will have ended before a prompt is computed: each chunk of those before it is a step in which each of them gets
    /// a token, and of answers that are under way any part is left alike. As far as its own computing takes steps in which others come, they do not count.
    /// </summary>
    /// <param name="waitSeconds">Computing of those before it.</param>
    /// <param name="missedTokens">Of the prompt.</param>
    /// <param name="underWayTokens">Mean length of answers that are under way.</param>
    internal double EndedBefore(double waitSeconds, int missedTokens, double underWayTokens)
    {
        double chunk = Rates.PrefillSeconds(ChunkTokens, 0);
        double steps = chunk > 0 ? Math.Min(waitSeconds / chunk, underWayTokens) : 0;
        double own = Math.Min((double)missedTokens / ChunkTokens, underWayTokens);
        return underWayTokens > 0 ? Decoding * (steps / underWayTokens) * (1 - (own / underWayTokens)) : 0;
    }

    /// <summary>Predicted seconds from sending a prompt until its first token.</summary>
    public double TtftSeconds(int missedTokens, int cachedTokens) => TtftSeconds(missedTokens, cachedTokens, default);

    /// <summary>The same where the worker's queue lets it pass others, as it will be.</summary>
    internal double TtftInQueueSeconds(int missedTokens, int cachedTokens, int heldTokens) =>
        TtftSeconds(missedTokens, cachedTokens, WhomItPasses(heldTokens, missedTokens + cachedTokens));

    /// <summary><see cref="WaitSeconds"/> without those whom it passes.</summary>
    internal double WaitSecondsBut(Passed passed) => PrefillSecondsBut(passed) + (Chunks(QueuedPrefillTokens - passed.PrefillTokens) * DecodeStepSeconds);

    /// <summary><see cref="QueuedPrefillSeconds"/> without those whom it passes.</summary>
    internal double PrefillSecondsBut(Passed passed) => Math.Max(0, QueuedPrefillSeconds - passed.PrefillSeconds);

    /// <summary>Whether somebody waits there whom one with more cached would pass.</summary>
    internal bool MayBePassed => _load.Queued > 0 && Profile.PriorityGroups > 0;

    /// <summary>Those who wait there and whom a prompt will pass.</summary>
    internal Passed WhomItPasses(int heldTokens, int promptTokens) => !MayBePassed ? default : Queue.PassedBy(heldTokens, promptTokens);

    internal void PutOn(in LoadSums load)
    {
        _load.Add(load);
        Queue.Add(load);
    }

    internal void TakeOff(in LoadSums load)
    {
        _load.Subtract(load);
        Queue.Subtract(load);
    }

    /// <summary>A prompt is about to be sent to it.</summary>
    internal void NoteArrival(TimeSpan now)
    {
        double step = DecodeStepSeconds;
        double stretch = step > 0 ? step / Math.Max(Rates.T0, step / Math.Max(1, Decoding)) : 1;
        _followers.Add(Sequences - Decoding, step, now);
        _crowd.Add(Decoding * (stretch - 1), step, now);
    }

    private double TtftSeconds(int missedTokens, int cachedTokens, Passed passed) =>
        RoundTripSeconds + WaitSecondsBut(passed) + Rates.PrefillSeconds(missedTokens, cachedTokens) + (Chunks(missedTokens) * DecodeStepSeconds);
}
