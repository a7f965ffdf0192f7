using System.Collections.Concurrent;
using System.Reflection;
using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

/// <summary>Gateways that know of requests what a test says. Whatever else is asked for fails.</summary>
internal class ScriptedWitnesses : DispatchProxy, ISilos
{
    private readonly ConcurrentQueue<string> _asked = new();

    public IReadOnlyList<string> WithWorkers => [];

    public IReadOnlyList<string> Gateways { get; set; } = [];

    /// <summary>What a request says of itself, by its id.</summary>
    public Func<string, Task<RequestDescription?>> Own { get; set; } = _ => Task.FromResult<RequestDescription?>(null);

    /// <summary>What a gateway remembers, by its name and the request's id.</summary>
    public Func<string, string, Task<RequestDescription?>> Remembered { get; set; } = (_, _) => Task.FromResult<RequestDescription?>(null);

    /// <summary>Gateways whose memory was asked for, in order.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public IGrainFactory Factory => (IGrainFactory)(object)this;

    public static ScriptedWitnesses Create() => (ScriptedWitnesses)(object)Create<IGrainFactory, ScriptedWitnesses>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Type type = targetMethod!.GetGenericArguments().Single();
        string key = (string)args![0]!;
        return type == typeof(IRequestGrain) ? Played.As<IRequestGrain>(nameof(IRequestGrain.DescribeAsync), _ => Own(key))
            : type == typeof(IRequestRecordsGrain) ? Played.As<IRequestRecordsGrain>(nameof(IRequestRecordsGrain.FindAsync), id => FindAsync(GrainKeys.SiloOf(key), id))
            : type == typeof(ISchedulerGrain) ? Played.As<ISchedulerGrain>(nameof(ISchedulerGrain.ExplainAsync), _ => Task.FromResult<PlacementExplanation?>(null))
            : throw new NotSupportedException($"{type} is not played.");
    }

    private Task<RequestDescription?> FindAsync(string gateway, string id)
    {
        _asked.Enqueue(gateway);
        return Remembered(gateway, id);
    }

    /// <summary>A grain of which one method is called.</summary>
    private class Played : DispatchProxy
    {
        private string _method = null!;
        private Func<string, object> _answer = null!;

        public static T As<T>(string method, Func<string, object> answer)
            where T : class
        {
            T grain = Create<T, Played>();
            (((Played)(object)grain)._method, ((Played)(object)grain)._answer) = (method, answer);
            return grain;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == _method
            ? _answer(args is [string id, ..] ? id : "")
            : throw new NotSupportedException($"{targetMethod.Name} is not played.");
    }
}
