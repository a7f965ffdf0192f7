namespace Preble.Cluster.Tests.Processes;

/// <summary>Which gateways a test has killed, and when: a client's connection to one of them may break, and nothing else may.</summary>
internal sealed class GatewayLives(IReadOnlyList<string> gateways)
{
    private readonly Dictionary<string, int> _deaths = gateways.ToDictionary(gateway => gateway, _ => 0);
    private readonly HashSet<string> _down = [];

    /// <summary>Before it is killed.</summary>
    public void Kill(string gateway)
    {
        lock (_down)
        {
            _deaths[gateway]++;
            _down.Add(gateway);
        }
    }

    /// <summary>Once it serves again.</summary>
    public void Back(string gateway)
    {
        lock (_down)
        {
            _down.Remove(gateway);
        }
    }

    /// <summary>The gateway itself, or one that lives while it does not; with its deaths so far.</summary>
    public (string Gateway, int Deaths) Living(string gateway)
    {
        lock (_down)
        {
            string living = _down.Contains(gateway) ? gateways.First(other => !_down.Contains(other)) : gateway;
            return (living, _deaths[living]);
        }
    }

    public bool HasDiedSince(string gateway, int deaths)
    {
        lock (_down)
        {
            return _deaths[gateway] > deaths;
        }
    }
}
