using System.Globalization;
using System.Reflection;

namespace Preble.Kernels.Ops;

/// <summary>
/// The PTX files that <c>Kernels/build.sh</c> made, as the assembly carries them: a set for the oldest devices with all files, and for newer ones sets of
/// those that are compiled otherwise for them.
/// </summary>
internal static class PtxSet
{
    /// <summary>10 * major + minor of the oldest device that the files run on.</summary>
    internal const int ComputeCapabilityMin = 80;

    private const string Folder = "sm_";
    private const string Ending = ".ptx";

    /// <summary>Names of all files, without their ending, and the sets that have them.</summary>
    internal static ILookup<string, int> Files { get; } = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal))
        .ToLookup(
            name => Path.GetFileNameWithoutExtension(name)!,
            name => int.Parse(name.AsSpan(Folder.Length, name.IndexOf('/') - Folder.Length), NumberStyles.None, CultureInfo.InvariantCulture));

    /// <summary>The set whose file a device takes: the newest that has it and is not newer than the device.</summary>
    /// <param name="name">Of the file, without its ending.</param>
    /// <param name="computeCapability">10 * major + minor of the device.</param>
    internal static int For(string name, int computeCapability) => Choose(Files[name], computeCapability);

    /// <summary>The newest of those that are not newer than the device; the oldest for devices older than all, whose driver then says so.</summary>
    internal static int Choose(IEnumerable<int> sets, int computeCapability) => sets.Where(set => set <= computeCapability).DefaultIfEmpty(ComputeCapabilityMin).Max();

    /// <summary>Text of a file.</summary>
    internal static string Read(string name, int set)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Folder}{set}/{name}{Ending}")
            ?? throw new ArgumentException($"There is no kernel file '{name}' for {Folder}{set}; there are {string.Join(", ", Files.Select(file => file.Key))}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
