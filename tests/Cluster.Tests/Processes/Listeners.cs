using System.Globalization;
using System.Net;

namespace Preble.Cluster.Tests.Processes;

/// <summary>Where a process takes connections, as Linux tells it: proc(5).</summary>
internal static class Listeners
{
    private const string ListenState = "0A";

    /// <summary>All TCP sockets of a process that listen.</summary>
    public static IPEndPoint[] Of(int process)
    {
        var own = Directory.EnumerateFiles($"/proc/{process}/fd").Select(Target).OfType<string>().ToHashSet();
        return [.. new[] { $"/proc/{process}/net/tcp", $"/proc/{process}/net/tcp6" }.Where(File.Exists).SelectMany(table => File.ReadLines(table).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == ListenState && own.Contains($"socket:[{fields[9]}]"))
            .Select(fields => EndPoint(fields[1]))];
    }

    /// <summary>What an open file is; null if it was closed meanwhile.</summary>
    private static string? Target(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>From <c>0100007F:1F90</c>: words of four bytes as they stand in memory, and the port.</summary>
    private static IPEndPoint EndPoint(string text)
    {
        string[] parts = text.Split(':');
        byte[] bytes = [.. Convert.FromHexString(parts[0]).Chunk(sizeof(uint)).SelectMany(word => BitConverter.IsLittleEndian ? word.Reverse() : word)];
        return new IPEndPoint(new IPAddress(bytes), int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
