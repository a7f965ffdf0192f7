using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Preble.Silo;

/// <summary>Which silo this is, worked out from the options; what contradicts itself ends the start with a message.</summary>
/// <param name="Name">Among the silos of the cluster; empty for a silo that is alone and was given none.</param>
/// <param name="Roles">What it does.</param>
/// <param name="Address">Where silos and clients of the grains reach it.</param>
/// <param name="SiloPort">For silos.</param>
/// <param name="GatewayPort">For clients of the grains.</param>
internal sealed partial record SiloIdentity(string Name, SiloRoles Roles, IPAddress Address, int SiloPort, int GatewayPort)
{
    private const int NameCharsMax = 64;

    public bool IsGateway => Roles.HasFlag(SiloRoles.Gateway);

    public bool IsWorker => Roles.HasFlag(SiloRoles.Worker);

    /// <exception cref="StartupException">An option is wrong or contradicts another.</exception>
    public static SiloIdentity Of(PrebleOptions options)
    {
        ClusterSettings cluster = options.Cluster;
        bool alone = cluster.Redis.Length == 0;
        SiloRoles roles = RolesOf(options.Roles);
        if (alone && roles == SiloRoles.Gateway)
        {
            throw new StartupException("Preble:Roles is gateway, but without Preble:Cluster:Redis this silo is alone and would have no worker.");
        }

        if (!alone && options.ClusterSecret.Length == 0)
        {
            throw new StartupException("Preble:ClusterSecret is empty, but in a cluster (Preble:Cluster:Redis is set) all silos need the same one.");
        }

        RequireName("Preble:Cluster:Id", cluster.Id);
        int siloPort = cluster.SiloPort == 0 ? FreePort() : cluster.SiloPort;
        int gatewayPort = cluster.GatewayPort == 0 ? FreePort() : cluster.GatewayPort;
        if (siloPort == gatewayPort)
        {
            throw new StartupException($"Preble:Cluster:SiloPort and Preble:Cluster:GatewayPort are both {siloPort}, but must differ.");
        }

        string name = options.SiloName;
        if (name.Length == 0 && !alone)
        {
            name = $"{Unnameable().Replace(Environment.MachineName, "-")}-{siloPort}";
        }

        if (name.Length > 0)
        {
            RequireName("Preble:SiloName", name);
        }

        return new SiloIdentity(name, roles, AddressOf(cluster.Address), siloPort, gatewayPort);
    }

    /// <summary>Whether it can listen where others are to reach it: the host of the grains would say only that something is in use.</summary>
    /// <exception cref="StartupException">It cannot.</exception>
    public void RequirePorts()
    {
        RequirePort(nameof(SiloPort), SiloPort);
        if (IsGateway)
        {
            RequirePort(nameof(GatewayPort), GatewayPort);
        }
    }

    /// <summary>What there is to be warned of where the grains of a cluster are within reach of others.</summary>
    /// <param name="isAlone">Whether it is in no cluster.</param>
    /// <param name="isEncrypted">Whether silos and clients of the grains show certificates.</param>
    /// <returns>A line; null for nothing.</returns>
    public string? Exposure(bool isAlone, bool isEncrypted) => isAlone || isEncrypted || IPAddress.IsLoopback(Address)
        ? null
        : $"Preble:Cluster:Address is {Address}, beyond this machine, and Preble:Cluster:Certificate is not set: whoever reaches the ports there "
            + "can read all prompts and call all grains.";

    /// <summary>Tells that, if there is anything.</summary>
    public void Warn(bool isAlone, bool isEncrypted)
    {
        if (Exposure(isAlone, isEncrypted) is { } exposure)
        {
            Console.Error.WriteLine($"preble: {exposure}");
        }
    }

    private static SiloRoles RolesOf(string text)
    {
        SiloRoles roles = SiloRoles.None;
        foreach (string word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            roles |= word switch
            {
                "gateway" => SiloRoles.Gateway,
                "worker" => SiloRoles.Worker,
                _ => throw new StartupException($"Preble:Roles is \"{text}\", but must be gateway, worker or gateway,worker."),
            };
        }

        return roles;
    }

    private static void RequireName(string option, string name)
    {
        if (name.Length is 0 or > NameCharsMax || Unnameable().IsMatch(name))
        {
            throw new StartupException($"{option} is \"{name}\", but must be 1 to {NameCharsMax} of the characters A-Z a-z 0-9 . _ -");
        }
    }

    private static IPAddress AddressOf(string text)
    {
        if (IPAddress.TryParse(text, out IPAddress? address))
        {
            return !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
                ? address
                : throw new StartupException($"Preble:Cluster:Address is \"{text}\", but must be one address, at which the other silos reach this one.");
        }

        try
        {
            return Dns.GetHostAddresses(text, AddressFamily.InterNetwork)[0];
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException or IndexOutOfRangeException)
        {
            throw new StartupException($"Preble:Cluster:Address is \"{text}\", but must be an IP address or a host name that has one: {exception.Message}");
        }
    }

    private void RequirePort(string option, int port)
    {
        using var socket = new Socket(Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(Address, port));
        }
        catch (SocketException exception)
        {
            throw new StartupException(exception.SocketErrorCode == SocketError.AddressNotAvailable
                ? $"Preble:Cluster:Address is \"{Address}\", but must be an address of this machine."
                : $"Preble:Cluster:{option} is {port}, but must be a port that is free at {Address}: {exception.Message}");
        }
    }

    /// <summary>A port that nothing listens on, below those that the system hands to outgoing connections.</summary>
    private static int FreePort()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(endpoint => endpoint.Port).ToHashSet();
        while (true)
        {
            int port = Random.Shared.Next(20000, 32000);
            if (!taken.Contains(port))
            {
                return port;
            }
        }
    }

    [GeneratedRegex("[^A-Za-z0-9._-]")]
    private static partial Regex Unnameable();
}
