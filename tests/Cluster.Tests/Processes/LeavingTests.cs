using System.Net;
using Xunit.Abstractions;

namespace Preble.Cluster.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class LeavingTests(ITestOutputHelper output)
{
    /// <summary>Much less than a gateway that leaves gives notice, so that on a busy machine too the balancer knows in time.</summary>
    private static readonly TimeSpan AskPeriod = TimeSpan.FromSeconds(1);

    /// <summary>The balancer asks every second where requests may go, and sends them there without pause, each on a new connection.</summary>
    [SkippableFact]
    public async Task BehindABalancerNoRequestMeetsAGatewayThatHasLeft()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        await using var cluster = new RunningCluster(output, ("CLUSTER_GATEWAYS", "2"), ("CLUSTER_WORKERS", "1"), ("Preble__NoticeSeconds", "10"));
        await cluster.RunAsync("start");
        using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
        bool[] ready = [true, true];
        int[] sent = [0, 0];
        using var over = new CancellationTokenSource();

        Task balancer = AskAsync();
        Task clients = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync()));
        await cluster.RunAsync("stop", "gateway-1");
        int sentThere = sent[0];
        await cluster.RunAsync("add", "gateway-3");
        await over.CancelAsync();
        await clients;
        await balancer;

        sentThere.Should().BePositive();
        sent.Should().Equal([sentThere, sent[1]], "nothing is sent where nothing is ready").And.Match(all => all.Last() > sentThere);
        ready.Should().Equal(false, true);

        async Task AskAsync()
        {
            using var tick = new PeriodicTimer(AskPeriod);
            while (!over.IsCancellationRequested)
            {
                for (int gateway = 0; gateway < ready.Length; gateway++)
                {
                    ready[gateway] = ready[gateway] && (await http.GetAsync($"{cluster.Url(gateway)}/health/ready")).StatusCode == HttpStatusCode.OK;
                }

                await tick.WaitForNextTickAsync();
            }
        }

        async Task SendAsync()
        {
            for (int turn = 0; !over.IsCancellationRequested; turn++)
            {
                int gateway = ready[turn % 2] ? turn % 2 : 1;
                Interlocked.Increment(ref sent[gateway]);
                using HttpResponseMessage response = await http.PostAsync($"{cluster.Url(gateway)}/v1/completions", new StringContent("""{"model":"demo","prompt":"Tavo","max_tokens":4}"""));
                response.StatusCode.Should().Be(HttpStatusCode.OK);
            }
        }
    }
}
