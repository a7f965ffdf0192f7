using System.Collections.Concurrent;
using System.Reflection;

namespace Preble.Fault.Tests.Network;

/// <summary>Stands for a grain behind the network.</summary>
internal class GrainProxy : DispatchProxy
{
    private static readonly ConcurrentDictionary<MethodInfo, Func<Call, object>> Senders = new();

    private FaultyNetwork _network = null!;
    private object _grain = null!;
    private string _from = null!;
    private string _key = null!;

    public static TGrain Wrap<TGrain>(FaultyNetwork network, TGrain grain, string from, string key)
        where TGrain : IGrainWithStringKey
    {
        TGrain created = Create<TGrain, GrainProxy>();
        var proxy = (GrainProxy)(object)created;
        (proxy._network, proxy._grain, proxy._from, proxy._key) = (network, grain!, from, key);
        return created;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        Senders.GetOrAdd(targetMethod!, Sender)(new Call(_network, _grain, _from, _key, targetMethod!, args ?? []));

    private static Func<Call, object> Sender(MethodInfo method)
    {
        Type result = method.ReturnType;
        Type item = result.IsGenericType ? result.GetGenericArguments()[0] : typeof(object);
        string name = result == typeof(Task) ? nameof(Call.SendAsync)
            : result.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(Call.AskAsync)
            : nameof(Call.Enumerate);
        MethodInfo sender = typeof(Call).GetMethod(name)!;
        return (sender.IsGenericMethodDefinition ? sender.MakeGenericMethod(item) : sender).CreateDelegate<Func<Call, object>>();
    }
}
