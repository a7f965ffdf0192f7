using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Preble.Client.Tests.Hosting;

/// <summary>What only a build that connects to clusters does.</summary>
public sealed class HostingTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:0")]
    [InlineData(":30000")]
    [InlineData("localhost:http")]
    public void AGatewayThatIsNoAddressIsRefusedAtOnce(string gateway)
    {
        Action add = () => ClientHost.Connect(gateway);
        add.Should().Throw<ArgumentException>().WithMessage($"*\"{gateway}\"*host:port*");
    }

    [Fact]
    public void ACertificateThatCannotBeReadIsNamed()
    {
        Action add = () => ClientHost.Connect("localhost:30000", options =>
            (options.Certificate, options.CertificateAuthority) = ("/no/such/file.pem", "/no/such/file.pem"));
        add.Should().Throw<ArgumentException>().WithMessage("*/no/such/file.pem*");
    }

    [Fact]
    public void ACertificateWithoutItsAuthorityIsRefused()
    {
        Action add = () => ClientHost.Connect("localhost:30000", options => options.Certificate = "client.pem");
        add.Should().Throw<ArgumentException>().WithMessage("*together*");
    }

    [Fact]
    public async Task AStartWithoutAClusterEndsInOurOwnTerms()
    {
        using IHost client = ClientHost.Connect($"127.0.0.1:{ClientHost.FreePorts(1)[0]}", options => options.ConnectTimeout = TimeSpan.FromSeconds(1));
        Func<Task> start = () => client.StartAsync();
        (await start.Should().ThrowAsync<PrebleException>()).Which.Failure.Should().Be(PrebleFailure.ClusterUnavailable);
    }

    [Fact]
    public async Task ACallBeforeTheStartFindsNoCluster()
    {
        using IHost client = ClientHost.Connect("127.0.0.1:30000");
        Func<Task> call = () => client.Services.GetRequiredService<IPrebleClient>().ModelsAsync();
        (await call.Should().ThrowAsync<PrebleException>()).Which.Failure.Should().Be(PrebleFailure.ClusterUnavailable);
    }

    [Fact]
    public async Task AClientConnectsToAClusterThatStartsLaterAndAgainToOneThatWasAway()
    {
        int[] ports = ClientHost.FreePorts(2);
        using IHost host = ClientHost.Connect($"127.0.0.1:{ports[1]}");
        Task started = host.StartAsync();
        ServerApp first = ClientHost.StartServer(ports, ("Preble:Workers", "1"));
        await started;
        IPrebleClient client = host.Services.GetRequiredService<IPrebleClient>();
        (await AnswersAsync(client)).Should().BeTrue();

        await first.DisposeAsync();
        await Eventually.HoldsAsync(async () => !await AnswersAsync(client));
        await using ServerApp second = ClientHost.StartServer(ports, ("Preble:Workers", "1"));

        await Eventually.HoldsAsync(() => AnswersAsync(client));
        await host.StopAsync();
    }

    private static async Task<bool> AnswersAsync(IPrebleClient client)
    {
        try
        {
            return (await client.CompleteAsync(new CompletionRequest { Model = "demo", Prompts = ["Tavo"], MaxTokens = 2 })).Usage.CompletionTokens > 0;
        }
        catch (PrebleException exception) when (exception.Failure is PrebleFailure.ClusterUnavailable or PrebleFailure.NoWorker)
        {
            return false;
        }
    }
}
