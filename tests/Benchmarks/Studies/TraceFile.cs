using Preble.Cli.Runs;
using Preble.Core.Workloads;

namespace Preble.Benchmarks.Studies;

/// <summary>A file in Mooncake's form, plain or packed.</summary>
internal static class TraceFile
{
    /// <exception cref="FormatException">It cannot be read or is no such trace: one line that names the file and says what is wrong.</exception>
    public static Workload Read(string path)
    {
        try
        {
            using StreamReader lines = GzipMembers.OpenText(path);
            return MooncakeTrace.Read(Path.GetFileName(path), lines, new MooncakeOptions());
        }
        catch (FormatException damaged)
        {
            throw new FormatException($"'{path}' is no trace in Mooncake's form: {damaged.Message}", damaged);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            throw new FormatException($"'{path}' cannot be read: {unreadable.Message.TrimEnd('.')}; allowed: a file in Mooncake's form, plain or gzip.", unreadable);
        }
    }
}
