using System.Collections.Concurrent;
using Orleans;

namespace Preble.Embedded.Activations;

/// <summary>The activations of one grain class in one host: at most one for each key.</summary>
/// <param name="host">The host.</param>
/// <param name="grainClass">The class.</param>
internal sealed class GrainTypeActivations(EmbeddedHost host, GrainClass grainClass)
{
    private readonly ConcurrentDictionary<string, Activation> _byKey = new(StringComparer.Ordinal);

    public EmbeddedHost Host => host;

    public GrainClass Class => grainClass;

    public int Count => _byKey.Count;

    /// <summary>The activations now; those added or removed meanwhile may be among them or not.</summary>
    public IEnumerable<Activation> All
    {
        get
        {
            foreach (KeyValuePair<string, Activation> pair in _byKey) yield return pair.Value;
        }
    }

    /// <summary>Brings a request to the activation of the key, which is made if there is none.</summary>
    /// <returns>The activation that took it, or null when the host has stopped and the request has failed.</returns>
    public Activation? Deliver(string key, Request request)
    {
        while (true)
        {
            if (!_byKey.TryGetValue(key, out Activation? activation))
            {
                if (host.IsStopping)
                {
                    request.Fail(host.Unavailable());
                    return null;
                }

                activation = _byKey.GetOrAdd(key, static (key, home) => new Activation(home, key), this);
                // The stop may have looked for activations between the question above and this one's arrival.
                if (host.IsStopping) activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The host stops."));
            }

            if (activation.Receive(request)) return activation;
        }
    }

    /// <summary>Forgets an activation, before it becomes invalid.</summary>
    public void Remove(Activation activation) => _byKey.TryRemove(KeyValuePair.Create(activation.Key, activation));

    /// <summary>Puts another activation in the place of one that is about to become invalid.</summary>
    public void Replace(Activation activation, Activation successor)
    {
        if (!_byKey.TryUpdate(activation.Key, successor, activation))
        {
            throw new InvalidOperationException($"The activation of {activation.GrainId} is not the one known under its key.");
        }
    }
}
