using System.Reflection;

namespace Preble.Kernels.Ops;

/// <summary>The PTX files that <c>Kernels/build.sh</c> made, as the assembly carries them. They are for this compute capability and all later ones.</summary>
internal static class PtxSet
{
    /// <summary>10 * major + minor of the oldest device that the files run on.</summary>
    internal const int ComputeCapabilityMin = 80;

    /// <summary>Names of all files, without their ending.</summary>
    internal static IReadOnlyList<string> Names { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.EndsWith(".ptx", StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name)).Order(),
    ];

    /// <summary>Text of a file.</summary>
    internal static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"sm_{ComputeCapabilityMin}/{name}.ptx")
            ?? throw new ArgumentException($"There is no kernel file '{name}'; there are {string.Join(", ", Names)}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
