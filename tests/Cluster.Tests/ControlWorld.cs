using Preble.Silo.Actors;

namespace Preble.Cluster.Tests;

/// <summary>
/// Registers of silos whose questions, answers and news of each other are delivered one at a time, in an order that is given. The list of silos is one; each
/// silo knows it as it was when it last heard of it.
/// </summary>
internal sealed class ControlWorld(int[] order)
{
    public const string Grain = "scheduler/demo";

    private readonly SortedDictionary<int, Member> _members = [];
    private readonly HashSet<string> _listed = [];
    private readonly Deliveries _deliveries = new(order);

    /// <summary>Nobody can read the list.</summary>
    public bool ListIsAway { get; set; }

    /// <summary>Of the living.</summary>
    public IEnumerable<string> Holders => Living.Where(it => it.Register.HasAsync(Grain, claimant: null).Result).Select(it => it.Name);

    private IEnumerable<Member> Living => _members.Values.Where(it => !it.IsDead);

    public ControlRegister this[int silo] => _members[silo].Register;

    public static string Name(int silo) => $"gateway-{silo}";

    public static string Activation(int silo) => $"of {Name(silo)}";

    /// <summary>Silos that all know each other.</summary>
    public static ControlWorld WithAll(int silos, int[] order)
    {
        var world = new ControlWorld(order);
        for (int silo = 0; silo < silos; silo++)
        {
            world.Join(silo);
        }

        world.Run();
        return world;
    }

    /// <summary>Does something after some deliveries.</summary>
    public void After(int deliveries, Action action) => _deliveries.Add(deliveries == 0 ? action : () => After(deliveries - 1, action));

    public Task<string> JoinAndClaim(int silo, int joinsAfter, int claimsAfter)
    {
        var claimed = new TaskCompletionSource<string>();
        After(joinsAfter, () =>
        {
            Join(silo);
            Forward(ClaimAfter(claimsAfter, silo), claimed);
        });
        return claimed.Task;
    }

    public Task<string> ClaimAfter(int deliveries, int silo) => ClaimAfter(deliveries, silo, Activation(silo));

    public Task<string> Claim(int silo) => Claim(silo, Activation(silo));

    public Task<string> Claim(int silo, string activation) => ClaimAfter(0, silo, activation);

    public Task<string?> Find(int silo)
    {
        var found = new TaskCompletionSource<string?>();
        After(0, () => Forward(this[silo].FindAsync(Grain), found));
        return found.Task;
    }

    /// <summary>What each living silo finds.</summary>
    public string?[] FindEverywhere() => [.. Living.Select(it => it.Silo).ToArray().Select(silo => Result(Find(silo)))];

    /// <summary>Lets the silo know of all that are listed, and these of it in time.</summary>
    public void Join(int silo)
    {
        JoinUnheard(silo);
        Spread();
    }

    /// <summary>The news of the silo are lost.</summary>
    public void JoinUnheard(int silo)
    {
        var member = new Member(this, silo);
        _members.Add(silo, member);
        _listed.Add(member.Name);
        member.Learn(_listed);
    }

    /// <param name="silo">Dies; what is on its way from it still comes, for others it does nothing any more.</param>
    /// <param name="isSilent">Whether questions to it stay unanswered, else they fail.</param>
    public void Kill(int silo, bool isSilent) => (_members[silo].IsDead, _members[silo].IsSilent) = (true, isSilent);

    /// <summary>A silo is found dead.</summary>
    public void Unlist(int silo)
    {
        _listed.Remove(Name(silo));
        Spread();
    }

    public T Result<T>(Task<T> task)
    {
        Run();
        task.IsCompleted.Should().BeTrue();
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Until nothing is under way.</summary>
    public void Run() => _deliveries.Run();

    private Task<string> ClaimAfter(int deliveries, int silo, string activation)
    {
        var claimed = new TaskCompletionSource<string>();
        After(deliveries, () => Forward(this[silo].ClaimAsync(Grain, activation), claimed));
        return claimed.Task;
    }

    private static async void Forward<T>(Task<T> task, TaskCompletionSource<T> to)
    {
        try
        {
            to.SetResult(await task);
        }
        catch (IOException exception)
        {
            to.SetException(exception);
        }
    }

    /// <summary>Tells each silo of the list as it will be when the word arrives.</summary>
    private void Spread()
    {
        foreach (Member member in Living)
        {
            _deliveries.Add(() => member.Learn(_listed));
        }
    }

    private sealed class Member : IControlPeers
    {
        private readonly ControlWorld _world;
        private readonly List<(string Silo, TaskCompletionSource<bool> Answer)> _unanswered = [];
        private HashSet<string> _known = [];

        public Member(ControlWorld world, int silo)
        {
            (_world, Silo, Name) = (world, silo, ControlWorld.Name(silo));
            Register = new ControlRegister(Name, this);
        }

        public int Silo { get; }

        public string Name { get; }

        public ControlRegister Register { get; }

        public bool IsDead { get; set; }

        public bool IsSilent { get; set; }

        public IReadOnlyCollection<string> Names => [.. _known.Where(name => name != Name).Order(StringComparer.Ordinal)];

        /// <summary>Questions to silos that are no more listed have failed.</summary>
        public void Learn(HashSet<string> listed)
        {
            _known = [.. listed];
            foreach ((string silo, TaskCompletionSource<bool> answer) in _unanswered.Where(it => !_known.Contains(it.Silo)).ToArray())
            {
                _unanswered.Remove((silo, answer));
                answer.SetException(new IOException("It is dead."));
            }
        }

        public Task RefreshAsync()
        {
            var read = new TaskCompletionSource();
            _world._deliveries.Add(() =>
            {
                if (_world.ListIsAway)
                {
                    read.SetException(new IOException("The list cannot be read."));
                    return;
                }

                Learn(_world._listed);
                read.SetResult();
            });
            return read.Task;
        }

        public Task<bool> AskAsync(string silo, string grain, string? claimant)
        {
            var answered = new TaskCompletionSource<bool>();
            Member other = _world._members.Values.Single(it => it.Name == silo);
            _world._deliveries.Add(() =>
            {
                if (!other.IsDead)
                {
                    Deliver(other.Register.HasAsync(grain, claimant), answered);
                }
                else if (other.IsSilent && _known.Contains(silo))
                {
                    _unanswered.Add((silo, answered));
                }
                else
                {
                    answered.SetException(new IOException("It cannot be reached."));
                }
            });
            return answered.Task;
        }

        private async void Deliver(Task<bool> answer, TaskCompletionSource<bool> answered)
        {
            try
            {
                bool has = await answer;
                _world._deliveries.Add(() => answered.SetResult(has));
            }
            catch (IOException exception)
            {
                _world._deliveries.Add(() => answered.SetException(exception));
            }
        }
    }
}
