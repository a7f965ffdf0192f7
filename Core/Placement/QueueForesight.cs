namespace Preble.Core.Placement;

/// <summary>
/// The sequences that wait on a worker by the <see cref="PriorityGroups"/> of its queue, as far as they are known: who comes before whom.
/// <para>A newcomer passes those of lower groups, except as many as their slots let in until its turn: in each round that its own group, or a higher one
/// that is longer, needs before, and in the one that goes on, of which it may find no slot left. That a lower group with few in it may be served before the
/// end of a long higher one is left out. Those that their slots let in are taken to miss what those sent there of late did, or the first that was heard of,
/// as only sums are known of them: so nothing is foreseen to wait longer for having more cached, or shorter for more that waits.</para>
/// </summary>
internal sealed class QueueForesight(int groups)
{
    /// <summary>Prompts of a group over which what they miss is a mean.</summary>
    public const int UsualSpan = 32;

    private readonly Waiting[] _groups = new Waiting[groups + 1];
    private readonly Usual[] _usual = new Usual[groups + 1];

    public void Add(in LoadSums load) => Count(load, 1);

    public void Subtract(in LoadSums load) => Count(load, -1);

    /// <summary>A prompt is sent there.</summary>
    public void Learn(in LoadSums load)
    {
        ref Usual usual = ref _usual[GroupOf(load)];
        double weight = usual.Tokens > 0 ? 1.0 / UsualSpan : 1;
        usual.Tokens += weight * (load.PrefillTokens - usual.Tokens);
        usual.Nanoseconds += weight * (load.PrefillNanoseconds - usual.Nanoseconds);
    }

    /// <summary>Those of them that a newcomer passes.</summary>
    /// <param name="cachedTokens">Tokens of its prompt that the worker holds by now.</param>
    /// <param name="promptTokens">Tokens of its prompt.</param>
    public Passed PassedBy(int cachedTokens, int promptTokens)
    {
        int own = PriorityGroups.Of(groups, cachedTokens, promptTokens);
        long rounds = 1;
        for (int group = own; group <= groups; group++)
        {
            rounds = Math.Max(rounds, 1 + (_groups[group].Sequences / PriorityGroups.Slots(group)));
        }

        long tokens = 0;
        double nanoseconds = 0;
        for (int group = 0; group < own; group++)
        {
            ref readonly Waiting waiting = ref _groups[group];
            if (waiting.Sequences == 0)
            {
                continue;
            }

            double first = Math.Min(waiting.Sequences, rounds * PriorityGroups.Slots(group));
            ref readonly Usual usual = ref _usual[group];
            tokens += Math.Max(0, waiting.PrefillTokens - (long)Math.Ceiling(first * usual.Tokens));
            nanoseconds += Math.Max(0, waiting.PrefillNanoseconds - (first * usual.Nanoseconds));
        }

        return new Passed(tokens, nanoseconds * 1e-9);
    }

    /// <summary>Whether another one knows of the same.</summary>
    public bool IsSameAs(QueueForesight other) => _groups.AsSpan().SequenceEqual(other._groups);

    private void Count(in LoadSums load, int sign)
    {
        // The choices of a request have one prompt, computed once: of some that run already, the rest finds it computed.
        if (load.Queued == 0 || load.Queued < load.Sequences)
        {
            return;
        }

        int group = GroupOf(load);
        if (sign > 0 && _usual[group].Tokens <= 0)
        {
            Learn(load);
        }

        ref Waiting waiting = ref _groups[group];
        waiting.Sequences += sign * load.Queued;
        waiting.PrefillTokens += sign * load.PrefillTokens;
        waiting.PrefillNanoseconds += sign * load.PrefillNanoseconds;
    }

    private int GroupOf(in LoadSums load) => PriorityGroups.Of(groups, load.CachedTokens, Math.Max(1, load.ContextTokens));

    private record struct Usual(double Tokens, double Nanoseconds);

    private record struct Waiting(int Sequences, long PrefillTokens, long PrefillNanoseconds);
}
