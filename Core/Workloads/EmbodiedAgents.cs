namespace Preble.Core.Workloads;

/// <summary>
/// Agents that act in a world (ALFWorld; paper, appendix A.2): a description of an environment with its task and examples, then plan, act and observe in a
/// loop. Each turn is a request whose prompt is the one before, its answer, and what was observed; it is sent when that answer is there. Two agents try each
/// environment, for 24 turns on average, so that 48 requests share it.
/// </summary>
internal sealed class EmbodiedAgents : IWorkloadGenerator
{
    public const string WorkloadName = "embodied";
    private const int ChainsPerWorker = 100;
    private const int ChainsPerEnvironment = 2;
    private static readonly Lengths Turns = new(24, 5.7, 6, 50, Skewed: false);
    private static readonly Lengths Environment = new(1700, 280, 900, 3000, Skewed: false);
    private static readonly Lengths Observation = new(33, 18, 6, 200);
    private static readonly Lengths Answer = new(16, 13, 2, 128);

    public string Name => WorkloadName;

    public string Description => "agents that plan, act and observe: chains of 24 turns, up to 100 a worker at a time, each turn sent after the one before (Preble A.2)";

    public RequestLoad Load => new(2220, 75, 16);

    public long DefaultRequests(WorkloadOptions options) => (long)(ChainsPerWorker * Turns.Mean) * options.Workers;

    public WorkloadRequest[] Generate(WorkloadOptions options, int requests)
    {
        Chain[] chains = Chains(new WorkloadRandom(options.Seed, Chance.Catalogue), requests);

        // As many chains as there are slots go on at once; each slot has its chains one after another, and its turns are spread over all the time.
        var order = new WorkloadRandom(options.Seed, Chance.Order);
        order.Shuffle<Chain>(chains);
        var slots = new Queue<Chain>[Math.Min(chains.Length, ChainsPerWorker * options.Workers)];
        var turns = new int[slots.Length];
        for (int i = 0; i < chains.Length; i++)
        {
            (slots[i % slots.Length] ??= new Queue<Chain>()).Enqueue(chains[i]);
            turns[i % slots.Length] += chains[i].TurnsLeft;
        }

        var random = new WorkloadRandom(options.Seed, Chance.Requests);
        var asks = new Ask[requests];
        int next = 0;
        foreach (int slot in Sharers.Shuffled(order, turns))
        {
            Chain chain = slots[slot].Peek();
            asks[next] = chain.Turn(next, random);
            next++;
            if (chain.TurnsLeft == 0)
            {
                slots[slot].Dequeue();
            }
        }

        return Arrivals.Poisson(options, asks);
    }

    /// <summary>Chains that have so many turns together: the last one has those that are left.</summary>
    private static Chain[] Chains(WorkloadRandom random, int requests)
    {
        var turns = new List<int>();
        for (int left = requests; left > 0; left -= turns[^1])
        {
            turns.Add(Math.Min(left, Turns.Draw(random)));
        }

        var weights = new double[(turns.Count + ChainsPerEnvironment - 1) / ChainsPerEnvironment];
        for (int chain = 0; chain < turns.Count; chain++)
        {
            weights[chain / ChainsPerEnvironment] += turns[chain];
        }

        PromptSegment[] environments = Array.ConvertAll(Environment.Fit(random, weights), length => new PromptSegment(random.Bits(), length));
        var chains = new Chain[turns.Count];
        for (int chain = 0; chain < chains.Length; chain++)
        {
            chains[chain] = new Chain(environments[chain / ChainsPerEnvironment], turns[chain]);
        }

        return chains;
    }

    /// <summary>One agent. Its prompts are beginnings of one list, so that a chain takes memory for its last prompt alone.</summary>
    private sealed class Chain(PromptSegment environment, int turns)
    {
        private readonly PromptSegment[] _said = new PromptSegment[(2 * turns) + 1];
        private int _segments;
        private int _before = -1;

        public int TurnsLeft { get; private set; } = turns;

        public Ask Turn(int index, WorkloadRandom random)
        {
            _said[_segments] = _segments == 0 ? environment : new PromptSegment(random.Bits(), Observation.Draw(random));
            _segments++;
            var answer = new PromptSegment(random.Bits(), Answer.Draw(random));
            var ask = new Ask(_said.AsMemory(0, _segments), answer, _before);
            _said[_segments++] = answer;
            _before = index;
            TurnsLeft--;
            return ask;
        }
    }
}
