namespace Preble.Core.Placement;

/// <summary>
/// The sequences that wait on a worker by the <see cref="PriorityGroups"/> of its queue, as far as they are known: who comes before whom.
/// <para>A newcomer passes those of lower groups, except as many as their slots let in until its turn: in each round that its own group, or a higher one
/// that is longer, needs before. That a lower group with few in it may be served before the end of a long higher one is left out, so that nothing is
/// foreseen to wait longer for having more cached.</para>
/// </summary>
internal sealed class QueueForesight(int groups)
{
    private readonly Waiting[] _groups = new Waiting[groups + 1];

    public void Add(in LoadSums load) => Count(load, 1);

    public void Subtract(in LoadSums load) => Count(load, -1);

    /// <summary>Those of them that a newcomer passes.</summary>
    /// <param name="missedTokens">Tokens of its prompt that it finds not cached.</param>
    /// <param name="promptTokens">Tokens of its prompt.</param>
    public Passed PassedBy(int missedTokens, int promptTokens)
    {
        int own = PriorityGroups.Of(groups, promptTokens - missedTokens, promptTokens);
        int rounds = 0;
        for (int group = own; group <= groups; group++)
        {
            rounds = Math.Max(rounds, _groups[group].Sequences / PriorityGroups.Slots(group));
        }

        double tokens = 0;
        double nanoseconds = 0;
        for (int group = 0; group < own; group++)
        {
            ref readonly Waiting waiting = ref _groups[group];
            long passed = waiting.Sequences - Math.Min(waiting.Sequences, (long)rounds * PriorityGroups.Slots(group));
            if (passed > 0)
            {
                double share = (double)passed / waiting.Sequences;
                tokens += share * waiting.PrefillTokens;
                nanoseconds += share * waiting.PrefillNanoseconds;
            }
        }

        return new Passed(tokens, nanoseconds * 1e-9);
    }

    /// <summary>Whether another one knows of the same.</summary>
    public bool IsSameAs(QueueForesight other) => _groups.AsSpan().SequenceEqual(other._groups);

    private void Count(in LoadSums load, int sign)
    {
        if (load.Waiting == 0)
        {
            return;
        }

        // The choices of a request have one prompt, computed once.
        long each = Math.Max(1, load.ContextTokens / load.Sequences);
        ref Waiting waiting = ref _groups[PriorityGroups.Of(groups, Math.Max(0, each - load.PrefillTokens), each)];
        waiting.Sequences += sign * load.Waiting;
        waiting.PrefillTokens += sign * load.PrefillTokens;
        waiting.PrefillNanoseconds += sign * load.PrefillNanoseconds;
    }

    private record struct Waiting(int Sequences, long PrefillTokens, long PrefillNanoseconds);
}
