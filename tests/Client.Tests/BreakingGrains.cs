using System.Reflection;
using System.Runtime.CompilerServices;
using Preble.Grains.Interfaces;

namespace Preble.Client.Tests;

/// <summary>A host's grains, but the streams of requests break after some events, as when their silo dies; what ran is left to itself.</summary>
internal class BreakingGrains : DispatchProxy
{
    private IGrainFactory _inner = null!;
    private Func<GenerateRequest, int?> _breaksAfter = null!;

    /// <param name="inner">The host's.</param>
    /// <param name="breaksAfter">Events of a request's stream before it breaks; -1 for one whose first event is lost with it, null for one that does not break.</param>
    public static IGrainFactory Wrap(IGrainFactory inner, Func<GenerateRequest, int?> breaksAfter)
    {
        IGrainFactory wrapped = Create<IGrainFactory, BreakingGrains>();
        ((BreakingGrains)(object)wrapped)._inner = inner;
        ((BreakingGrains)(object)wrapped)._breaksAfter = breaksAfter;
        return wrapped;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        object? grain = targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        return grain is IRequestGrain request ? Request.Wrap(request, _breaksAfter) : grain;
    }

    private class Request : DispatchProxy
    {
        private IRequestGrain _inner = null!;
        private Func<GenerateRequest, int?> _breaksAfter = null!;

        public static IRequestGrain Wrap(IRequestGrain inner, Func<GenerateRequest, int?> breaksAfter)
        {
            IRequestGrain wrapped = Create<IRequestGrain, Request>();
            ((Request)(object)wrapped)._inner = inner;
            ((Request)(object)wrapped)._breaksAfter = breaksAfter;
            return wrapped;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IRequestGrain.RunAsync) && _breaksAfter((GenerateRequest)args![0]!) is { } events
                ? BreakAsync((GenerateRequest)args[0]!, events, (CancellationToken)args[1]!)
                : targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);

        private async IAsyncEnumerable<GenerationEvent> BreakAsync(GenerateRequest request, int events, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (events != 0)
            {
                await foreach (GenerationEvent item in _inner.RunAsync(request, cancellationToken))
                {
                    if (events < 0)
                    {
                        break;
                    }

                    yield return item;
                    if (--events == 0)
                    {
                        break;
                    }
                }
            }

            throw new SiloUnavailableException("The silo of the request has died.");
        }
    }
}
