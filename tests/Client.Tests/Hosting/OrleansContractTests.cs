using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Preble.Grains.Interfaces;

namespace Preble.Client.Tests.Hosting;

/// <summary>Clusters whose silos were built from other sources than the client.</summary>
public sealed class ContractTests
{
    private static readonly CompletionRequest Request = new() { Model = "demo", Prompts = ["Tavo"], MaxTokens = 2 };
    private readonly int[] _ports = ClientHost.FreePorts(2);

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task AClientOfOtherContractsIsRefusedAtItsStartAndToldBothVersions(int later)
    {
        var silo = new OtherSilo(ContractVersion.Current + later);
        await using ServerApp server = StartServer(silo);
        using IHost host = ClientHost.Connect($"127.0.0.1:{_ports[1]}");

        PrebleException refused = (await host.Awaiting(it => it.StartAsync()).Should().ThrowAsync<PrebleException>()).Which;

        (refused.Failure, refused.RetryAfter).Should().Be((PrebleFailure.ContractMismatch, (TimeSpan?)null));
        refused.Message.Should().Contain($"contracts of version {silo.Version}").And.Contain($"this client has version {ContractVersion.Current}").And.Contain("must be built from");
        IPrebleClient client = host.Services.GetRequiredService<IPrebleClient>();
        foreach (Func<Task> call in new Func<Task>[] { () => client.CompleteAsync(Request), () => client.ExplainAsync("r"), () => client.ClusterStatusAsync() })
        {
            (await call.Should().ThrowAsync<PrebleException>()).Which.Failure.Should().Be(PrebleFailure.ContractMismatch);
        }

        silo.Called.Should().NotBeEmpty().And.OnlyContain(method => method == nameof(IPromptGrain.ContractsAsync));
    }

    [Fact]
    public async Task AClusterThatComesBackWithOtherContractsIsToldApartBeforeAnythingElseIsSent()
    {
        using IHost host = ClientHost.Connect($"127.0.0.1:{_ports[1]}");
        Task started = host.StartAsync();
        ServerApp first = StartServer(new OtherSilo(ContractVersion.Current));
        await started;
        IPrebleClient client = host.Services.GetRequiredService<IPrebleClient>();
        (await client.CompleteAsync(Request)).Usage.CompletionTokens.Should().BePositive();
        await first.DisposeAsync();

        var silo = new OtherSilo(ContractVersion.Current + 1);
        await using ServerApp second = StartServer(silo);

        PrebleFailure? failure = null;
        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                await client.CompleteAsync(Request);
            }
            catch (PrebleException exception)
            {
                failure = exception.Failure;
            }

            return failure != PrebleFailure.ClusterUnavailable;
        });
        failure.Should().Be(PrebleFailure.ContractMismatch);
        silo.Called.Should().NotBeEmpty().And.OnlyContain(method => method == nameof(IPromptGrain.ContractsAsync));
        await host.StopAsync();
    }

    private ServerApp StartServer(OtherSilo silo) =>
        ClientHost.StartServer(_ports, services => services.AddSingleton<IIncomingGrainCallFilter>(silo), ("Preble:Workers", "1"));

    /// <summary>Makes a silo say another version of itself, and notes what its clients ask it for.</summary>
    private sealed class OtherSilo(int version) : IIncomingGrainCallFilter
    {
        private readonly ConcurrentQueue<string> _called = new();

        public int Version => version;

        /// <summary>Methods of the grains that are there for clients.</summary>
        public IReadOnlyCollection<string> Called => _called;

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            await context.Invoke();
            if (context.Grain is IPromptGrain or IRequestLookupGrain)
            {
                _called.Enqueue(context.MethodName);
                context.Result = context.MethodName == nameof(IPromptGrain.ContractsAsync) ? version : context.Result;
            }
        }
    }
}
