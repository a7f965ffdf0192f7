using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Preble.Grains.Interfaces;

namespace Preble.Client.Tests;

/// <summary>
/// What a client sees of a cluster, played by a test: each reading of a call makes a run with an id of its own, whose stream has what the test writes into it,
/// and which answers as the test says. Whatever else is asked for fails.
/// </summary>
internal class ScriptedGrains : DispatchProxy
{
    private readonly ConcurrentDictionary<string, Channel<GenerationEvent>> _streams = new();
    private readonly ConcurrentQueue<GenerateRequest> _runs = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private int _readings;

    /// <summary>How a run stands, by its id.</summary>
    public Func<string, Task<RequestStanding?>> Standing { get; set; } = _ => throw new InvalidOperationException("Nobody is to ask.");

    /// <summary>Told of every reading of a call: what it throws, the reader does.</summary>
    public Action<int> Reading { get; set; } = _ => { };

    /// <summary>Runs that were begun, in order.</summary>
    public IReadOnlyCollection<GenerateRequest> Runs => _runs;

    /// <summary>Whose standing was asked for, in order.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public IGrainFactory Factory => (IGrainFactory)(object)this;

    public static ScriptedGrains Create() => (ScriptedGrains)(object)Create<IGrainFactory, ScriptedGrains>();

    /// <summary>Id of the run that the n-th reading of the call makes, from 0.</summary>
    public static string Id(int reading) => GrainKeys.Request("cmpl-1", $"s{reading}");

    /// <summary>Streams a token of a run.</summary>
    public void Write(string id, int token, string? finish = null) => Stream(id).Writer.TryWrite(new GenerationEvent
    {
        Choice = 0,
        Tokens = [token],
        Text = $"{token} ",
        CachedTokens = 0,
        WorkerId = "w",
        Finish = finish,
    });

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Type type = targetMethod!.GetGenericArguments().Single();
        string key = (string)args![0]!;
        return type == typeof(IPromptGrain) ? Prompt.Wrap(this)
            : type == typeof(IRequestGrain) ? Request.Wrap(this, key)
            : throw new NotSupportedException($"{type} is not played.");
    }

    private Channel<GenerationEvent> Stream(string id) => _streams.GetOrAdd(id, _ => Channel.CreateUnbounded<GenerationEvent>());

    private async IAsyncEnumerable<GenerationEvent> RunAsync(GenerateRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _runs.Enqueue(request);
        await foreach (GenerationEvent item in Stream(request.RequestId).Reader.ReadAllAsync(cancellationToken))
        {
            yield return item;
        }
    }

    private async Task<PreparedCall> ReadAsync()
    {
        int reading = Interlocked.Increment(ref _readings) - 1;
        await Task.CompletedTask;
        Reading(reading);
        var request = new GenerateRequest
        {
            RequestId = Id(reading),
            Model = "m",
            PromptTokens = [1, 2, 3],
            PageKeySeed = 1,
            PageKeys = [],
            Choices = 1,
            Sampling = SamplingOptions.Greedy(maxTokens: 100),
        };
        return new PreparedCall { Requests = [request] };
    }

    private Task<RequestStanding?> StandAsync(string id)
    {
        _asked.Enqueue(id);
        return Standing(id);
    }

    private class Prompt : DispatchProxy
    {
        private ScriptedGrains _grains = null!;

        public static IPromptGrain Wrap(ScriptedGrains grains)
        {
            IPromptGrain wrapped = Create<IPromptGrain, Prompt>();
            ((Prompt)(object)wrapped)._grains = grains;
            return wrapped;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IPromptGrain.PrepareAsync)
            ? _grains.ReadAsync()
            : throw new NotSupportedException($"{targetMethod.Name} is not played.");
    }

    private class Request : DispatchProxy
    {
        private ScriptedGrains _grains = null!;
        private string _id = null!;

        public static IRequestGrain Wrap(ScriptedGrains grains, string id)
        {
            IRequestGrain wrapped = Create<IRequestGrain, Request>();
            (((Request)(object)wrapped)._grains, ((Request)(object)wrapped)._id) = (grains, id);
            return wrapped;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(IRequestGrain.RunAsync) => _grains.RunAsync((GenerateRequest)args![0]!, (CancellationToken)args[1]!),
            nameof(IRequestGrain.StandingAsync) => _grains.StandAsync(_id),
            _ => throw new NotSupportedException($"{targetMethod.Name} is not played."),
        };
    }
}
