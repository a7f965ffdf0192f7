using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Dashboard;
using Orleans.GrainDirectory;
using Orleans.Metadata;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Placement;
using Preble.Grains;
using Preble.Grains.Interfaces;
using Preble.Grains.Placement;
using StackExchange.Redis;

namespace Preble.Silo.Actors;

/// <summary>Hosts the grains on an Orleans silo: one of a cluster whose members are listed in Redis, or one alone.</summary>
internal static class ActorHosting
{
    private const string Service = "preble";
    private const string Dashboard = "/orleans";

    /// <summary>Of a process that the others have declared dead; a supervisor may start it anew.</summary>
    private const int ExitCode = 3;

    /// <summary>Calls between silos that get no answer and no failure for so long have failed.</summary>
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(10);

    public static void AddActors(this WebApplicationBuilder builder, PrebleOptions options, SiloIdentity silo)
    {
        ClusterSettings cluster = options.Cluster;
        ClusterCertificates? certificates = ClusterCertificates.Load("Preble:Cluster:", cluster.Certificate, cluster.CertificatePassword, cluster.CertificateAuthority);
        certificates?.RequireFitForSilo("Preble:Cluster:Certificate", cluster.Certificate);
        silo.Warn(isAlone: cluster.Redis.Length == 0, isEncrypted: certificates is not null);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Critical); // advises another garbage collector; a start that fails is told by Program
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error); // takes a start that waits for others for a deadlock
        builder.Logging.AddFilter("Polly", LogLevel.Error); // tells of every grain's placement, so of every request
        builder.Logging.AddFilter("Orleans.Messaging", LogLevel.Critical); // a message that fails is told by whoever sent it
        builder.UseOrleans(orleans =>
        {
            orleans.Configure<ClusterOptions>(it => (it.ClusterId, it.ServiceId) = (cluster.Id, Service));
            orleans.Configure<SiloOptions>(it => it.SiloName = SiloTitle.Of(silo, options.ClusterSecret, certificates).ToString());
            orleans.Configure<SiloMessagingOptions>(it => it.ResponseTimeout = ResponseTimeout);
            orleans.AddPlacement();
            orleans.AddDashboard();
            if (certificates is not null)
            {
                orleans.UseTls(certificates, silo.SiloPort);
            }

            if (cluster.Redis.Length == 0)
            {
                orleans.UseLocalhostClustering(silo.SiloPort, silo.GatewayPort);
            }
            else
            {
                // Clients of the grains come in at gateways only, whose silos so have their requests.
                silo.RequirePorts();
                orleans.ConfigureEndpoints(silo.Address, silo.SiloPort, silo.IsGateway ? silo.GatewayPort : 0);
                orleans.UseRedis(cluster.Redis);
                orleans.UseFailureDetector(cluster.FailureSeconds);
                orleans.Services.AddSingleton<IFatalErrorHandler, Expelled>();
                orleans.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, EntranceStages>();
            }
        });
        builder.Services.AddGrainServices();
    }

    /// <summary>Whether the message of what ended the start is enough for the person who started it: no Redis server, no place in the cluster.</summary>
    public static bool Explains(Exception exception) => exception is RedisException or OrleansException or TimeoutException;

    /// <summary>The dashboard, on gateways.</summary>
    public static void MapActors(this WebApplication app, SiloIdentity silo)
    {
        if (silo.IsGateway)
        {
            app.MapOrleansDashboard(Dashboard);
        }
    }

    /// <summary>What the silo needs so that grains stand where their placement says; also for silos in tests.</summary>
    internal static void AddPlacement(this ISiloBuilder orleans)
    {
        orleans.Services.AddSingleton<ClusterView>();
        orleans.Services.AddSingleton<ISilos>(services => services.GetRequiredService<ClusterView>());
        orleans.Services.AddSingleton<ISiloLife>(services => services.GetRequiredService<ClusterView>());
        orleans.Services.AddSingleton<ControlDirectory>();
        orleans.Services.AddSingleton<IGrainDirectoryResolver, GrainDirectories>();
        orleans.AddPlacementDirector<OwnerPlacement, OwnerDirector>();
        orleans.AddPlacementDirector<ControlPlacement, ControlDirector>();
    }

    private static void UseRedis(this ISiloBuilder orleans, string text)
    {
        ConfigurationOptions redis;
        try
        {
            redis = ConfigurationOptions.Parse(text);
        }
        catch (ArgumentException exception)
        {
            throw new StartupException($"Preble:Cluster:Redis must be host:port or a StackExchange.Redis configuration string: {exception.Message}");
        }

        if (redis.EndPoints.Count == 0)
        {
            throw new StartupException("Preble:Cluster:Redis names no server; host:port does.");
        }

        // One connection, whoever asks first.
        var connection = new Lazy<Task<(IConnectionMultiplexer, bool)>>(() => ConnectAsync(redis));
        orleans.UseRedisClustering(it => (it.ConfigurationOptions, it.CreateMultiplexer) = (redis, _ => connection.Value));
    }

    private static async Task<(IConnectionMultiplexer Multiplexer, bool IsShared)> ConnectAsync(ConfigurationOptions redis)
    {
        try
        {
            return (await ConnectionMultiplexer.ConnectAsync(redis), false);
        }
        catch (RedisConnectionException exception)
        {
            string doubt = redis.Ssl ? "its password is missing or wrong, or the server's certificate is not trusted here" : "its password is missing or wrong";
            string problem = exception.FailureType == ConnectionFailureType.AuthenticationFailure ? $"does not let this silo in: {doubt}" : "does not answer";
            throw new StartupException($"Preble:Cluster:Redis names {string.Join(", ", redis.EndPoints).Replace("Unspecified/", "")}, which {problem}.");
        }
    }

    /// <summary>
    /// A silo is probed three times in the given time. Two silos must agree on a third's death, and one is enough where there are no more; silos that do
    /// not write that they live count for nothing in that.
    /// </summary>
    private static void UseFailureDetector(this ISiloBuilder orleans, double seconds) => orleans.Configure<ClusterMembershipOptions>(it =>
    {
        it.NumMissedProbesLimit = 3;
        it.ProbeTimeout = TimeSpan.FromSeconds(seconds / it.NumMissedProbesLimit);
        it.MaxProbeTimeout = it.ProbeTimeout;
        it.NumVotesForDeathDeclaration = 2;
        it.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(Math.Max(5, seconds));
        it.TableRefreshTimeout = TimeSpan.FromSeconds(Math.Max(10, seconds));
        it.MaxJoinAttemptTime = TimeSpan.FromSeconds(30) + SilenceMax(it.IAmAliveTablePublishTimeout);
        it.DefunctSiloExpiration = TimeSpan.FromHours(1);
    });

    /// <summary>
    /// A silo that lives and reaches the list writes there at least once in this time, also if one write fails: the host tries again some four seconds later,
    /// and after further failures in twice the time each.
    /// </summary>
    private static TimeSpan SilenceMax(TimeSpan writePeriod) => 2.5 * writePeriod;

    private static void UseTls(this ISiloBuilder orleans, ClusterCertificates certificates, int siloPort) => orleans.UseTls(certificates.Own, tls =>
    {
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.OnAuthenticateAsServer = (connection, server) =>
        {
            // Silos connect to the one port, clients of the grains to the other.
            bool isSilo = connection.LocalEndPoint is not IPEndPoint { Port: var port } || port == siloPort;
            ((SslServerAuthenticationOptions)server.SslServerAuthenticationOptions).CertificateChainPolicy =
                isSilo ? certificates.SiloPolicy : certificates.ClientPolicy;
        };
        tls.OnAuthenticateAsClient = (_, client) =>
        {
            client.TargetHost = ClusterCertificates.HostName;
            ((SslClientAuthenticationOptions)client.SslClientAuthenticationOptions).CertificateChainPolicy = certificates.SiloPolicy;
        };
    });

    /// <summary>The members of the cluster as this silo knows them.</summary>
    internal sealed class ClusterView(IClusterMembershipService membership, ILocalSiloDetails details) : ISilos, ISiloLife
    {
        private Members? _known;

        public SiloMember<SiloAddress> Local { get; } = Member(details.SiloAddress, details.Name);

        /// <summary>All that take activations.</summary>
        public IReadOnlyList<SiloMember<SiloAddress>> Active => Known.Active;

        public IReadOnlyList<string> WithWorkers => Known.WithWorkers;

        public IReadOnlyList<string> Gateways => Known.Gateways;

        public bool IsActive => membership.CurrentSnapshot.GetSiloStatus(details.SiloAddress) == SiloStatus.Active;

        /// <summary>Read out of the titles once for each change of the list: every request asks for them.</summary>
        private Members Known
        {
            get
            {
                ClusterMembershipSnapshot snapshot = membership.CurrentSnapshot;
                Members? known = Volatile.Read(ref _known);
                if (known is null || known.Of != snapshot.Version)
                {
                    known = Read(snapshot);
                    Volatile.Write(ref _known, known);
                }

                return known;
            }
        }

        public static SiloMember<SiloAddress> Member(SiloAddress address, string name) => new(address, address.Generation, SiloTitle.Parse(name));

        /// <summary>Reads the list of members anew.</summary>
        public Task RefreshAsync() => membership.Refresh().AsTask();

        private static Members Read(ClusterMembershipSnapshot snapshot)
        {
            SiloMember<SiloAddress>[] active =
                [.. snapshot.Members.Values.Where(it => it.Status == SiloStatus.Active).Select(it => Member(it.SiloAddress, it.Name))];
            return new Members(snapshot.Version, active, NamesOf(active, SiloRoles.Worker), NamesOf(active, SiloRoles.Gateway));
        }

        private static string[] NamesOf(SiloMember<SiloAddress>[] active, SiloRoles role) =>
            [.. active.Where(it => it.Title.Roles.HasFlag(role)).Select(it => it.Title.Name).Distinct()];

        private sealed record Members(MembershipVersion Of, SiloMember<SiloAddress>[] Active, string[] WithWorkers, string[] Gateways);
    }

    /// <summary>Ends the process of a silo that the others have declared dead, or that cannot know it: what it holds is no longer part of the cluster.</summary>
    private sealed class Expelled : IFatalErrorHandler
    {
        /// <summary>Begins the host's list of all silos there ever were.</summary>
        private const string MembersListed = " Membership: [";

        public bool IsUnexpected(Exception exception) => true;

        public void OnFatalException(object? sender, string? context, Exception? exception)
        {
            string says = $"{context} {exception?.Message}".Split(MembersListed)[0].TrimEnd();
            Console.Error.WriteLine($"preble: this silo is no part of the cluster and ends: {says}");
            Environment.Exit(ExitCode);
        }
    }

    /// <summary>
    /// Lets this silo join the listed ones only where it fits. Before anything of it runs it waits for the dead, whom the host would call otherwise; once it
    /// is listed itself, of two that start side by side one sees the other.
    /// </summary>
    private sealed class EntranceStages(IMembershipTable table, ClusterView view, IOptions<ClusterMembershipOptions> options, TimeProvider clock)
        : ILifecycleParticipant<ISiloLifecycle>, ISiloList<SiloAddress>
    {
        public void Participate(ISiloLifecycle lifecycle)
        {
            TimeSpan silenceMax = SilenceMax(options.Value.IAmAliveTablePublishTimeout);
            var entrance = new Entrance<SiloAddress>(this, view.Local, silenceMax, options.Value.MaxJoinAttemptTime, clock);
            lifecycle.Subscribe(nameof(EntranceStages), ServiceLifecycleStage.First, async cancellationToken =>
            {
                await table.InitializeMembershipTableAsync(tryInitTableVersion: true, cancellationToken);
                await entrance.PassAsync(cancellationToken);
            });
            lifecycle.Subscribe(nameof(EntranceStages), ServiceLifecycleStage.ApplicationServices, entrance.PassAsync);
        }

        /// <remarks>A silo at this one's own address is an earlier start of it, which the host ends in the list.</remarks>
        public async Task<ListedSilo<SiloAddress>[]> ReadAsync() =>
        [
            .. (await table.ReadAllAsync()).Members.Select(it => it.Item1)
                .Where(it => it.Status is SiloStatus.Active or SiloStatus.Joining && !it.SiloAddress.Endpoint.Equals(view.Local.Address.Endpoint))
                .Select(it => new ListedSilo<SiloAddress>(
                    ClusterView.Member(it.SiloAddress, it.SiloName), it.SiloAddress.Endpoint, it.Status == SiloStatus.Active, it.IAmAliveTime)),
        ];

        public async Task DeclareDeadAsync(SiloAddress silo)
        {
            MembershipTableData listed = await table.ReadAllAsync();
            if (listed.TryGet(silo) is ({ Status: SiloStatus.Active } entry, string version))
            {
                entry.Status = SiloStatus.Dead;
                entry.AddSuspector(view.Local.Address, clock.GetUtcNow().UtcDateTime);
                await table.UpdateRowAsync(entry, version, listed.Version.Next());
            }
        }
    }

    private sealed class OwnerDirector(ClusterView view) : IPlacementDirector
    {
        public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
            SiloChoice.Owner(view.Active, target.GrainIdentity.Key.ToString()!, view.Local) is { } owner
                ? Task.FromResult(owner.Address)
                : throw new SiloUnavailableException($"The silo of {target.GrainIdentity} is not there.");
    }

    private sealed class ControlDirector(ClusterView view) : IPlacementDirector
    {
        public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
            Task.FromResult((SiloChoice.Control(view.Active, target.GrainIdentity.Key.ToString()!) ?? view.Local).Address);
    }

    /// <summary>
    /// Stands in for the host's directory, which is spread over all silos: a lookup may go to one that is dead, while neither who asks nor what is asked for is.
    /// </summary>
    private sealed class GrainDirectories(ControlDirectory control) : IGrainDirectoryResolver
    {
        private readonly NoDirectory _none = new();

        public bool TryResolveGrainDirectory(GrainType grainType, GrainProperties? properties, [NotNullWhen(true)] out IGrainDirectory? grainDirectory)
        {
            grainDirectory = properties?.Properties.GetValueOrDefault(WellKnownGrainTypeProperties.PlacementStrategy) switch
            {
                nameof(OwnerPlacement) => _none,
                nameof(ControlPlacement) => control,
                _ => null,
            };
            return grainDirectory is not null;
        }

        /// <summary>Where the key says where a grain is.</summary>
        private sealed class NoDirectory : IGrainDirectory
        {
            public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult<GrainAddress?>(null);

            public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

            public Task Unregister(GrainAddress address) => Task.CompletedTask;

            public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
        }
    }

    /// <summary>The host's directory of the grains of <see cref="ControlPlacement"/>: each silo's <see cref="ControlRegister"/>, asked by grain calls.</summary>
    internal sealed class ControlDirectory : IGrainDirectory, IControlPeers
    {
        private readonly ClusterView _view;
        private readonly Lazy<IGrainFactory> _grains;
        private readonly ControlRegister _register;

        /// <param name="view">The silos to ask.</param>
        /// <param name="services">Have the grain factory, which needs directories first.</param>
        public ControlDirectory(ClusterView view, IServiceProvider services)
        {
            _view = view;
            _grains = new Lazy<IGrainFactory>(services.GetRequiredService<IGrainFactory>);
            _register = new ControlRegister(view.Local.Title.Name, this);
        }

        public IReadOnlyCollection<string> Names => [.. _view.Active.Select(it => it.Title.Name).Where(name => name != _view.Local.Title.Name).Distinct()];

        public async Task<GrainAddress?> Lookup(GrainId grainId) => await _register.FindAsync(grainId.ToString()) is { } silo ? Address(grainId, silo) : null;

        public async Task<GrainAddress?> Register(GrainAddress address)
        {
            string silo = await _register.ClaimAsync(address.GrainId.ToString(), address.ActivationId.ToParsableString());
            return silo == _view.Local.Title.Name ? address : Address(address.GrainId, silo);
        }

        public Task Unregister(GrainAddress address)
        {
            _register.Release(address.GrainId.ToString(), address.ActivationId.ToParsableString());
            return Task.CompletedTask;
        }

        /// <summary>Nothing: a register dies with its silo.</summary>
        public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;

        public Task RefreshAsync() => _view.RefreshAsync();

        public async Task<bool> AskAsync(string silo, string grain, string? claimant)
        {
            try
            {
                return await _grains.Value.GetGrain<IControlRegisterGrain>(GrainKeys.ControlRegister(silo)).HasAsync(grain, claimant);
            }
            catch (Exception exception)
            {
                throw new SiloUnavailableException($"Silo {silo} is listed and cannot be asked what stands there: {exception.Message}", exception);
            }
        }

        /// <summary>For the grain that answers other silos.</summary>
        public Task<bool> HasAsync(string grain, string? claimant) => _register.HasAsync(grain, claimant);

        /// <returns>Null for a silo that has gone meanwhile. Of an activation elsewhere the host needs no more than the silo.</returns>
        private GrainAddress? Address(GrainId grain, string silo) =>
            SiloChoice.Owner(_view.Active.Append(_view.Local), GrainKeys.ControlRegister(silo), _view.Local) is { } owner
                ? new GrainAddress { GrainId = grain, SiloAddress = owner.Address }
                : null;
    }

    /// <summary>Answers other silos out of this one's register.</summary>
    [OwnerPlacement]
    internal sealed class ControlRegisterGrain(ControlDirectory directory) : Grain, IControlRegisterGrain
    {
        public Task<bool> HasAsync(string grain, string? claimant) => directory.HasAsync(grain, claimant);
    }
}
