namespace Preble.Cli.CommandLine;

/// <summary>The file that a path leads to, through all links on its way, so that two names of one file are known to be that.</summary>
/// <param name="Path">Where it is, or would be. Another hard link to it is another file here.</param>
/// <param name="IsOpen">Whether a link to an open file of a process was on the way, such as <c>/dev/stdout</c>: others hold it, whatever its name.</param>
internal readonly record struct RealFile(string Path, bool IsOpen)
{
    /// <summary>Links on one way, at most: as many as the system follows.</summary>
    private const int LinksMax = 40;

    /// <summary>Whether what is there is known to be a regular file: pipes, terminals and other devices have no length.</summary>
    public bool IsRegular => !IsOpen && new FileInfo(Path) is { Exists: true, LinkTarget: null, Length: > 0 };

    /// <summary>Whether it is a terminal, a pipe or another device, which loses nothing when it is written by several names.</summary>
    private bool IsDevice => IsBelow(Path, "/proc") || (IsBelow(Path, "/dev") && !IsBelow(Path, "/dev/shm"));

    /// <summary>The file that a path leads to; where links go in a circle, the path as it is.</summary>
    public static RealFile Of(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        string root = System.IO.Path.GetPathRoot(full)!;
        var left = new Stack<string>(Parts(full[root.Length..]));
        string real = root;
        bool isOpen = false;
        int links = 0;
        while (left.TryPop(out string? part))
        {
            string next = part switch
            {
                "." => real,
                ".." => System.IO.Path.GetDirectoryName(real) ?? real,
                _ => System.IO.Path.Combine(real, part),
            };
            if (part is "." or ".." || new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > LinksMax)
            {
                return new RealFile(full, false);
            }

            isOpen |= IsBelow(real, "/proc") && System.IO.Path.GetFileName(real) == "fd";
            string from = System.IO.Path.GetPathRoot(target)!;
            real = from.Length > 0 ? from : real;
            foreach (string behind in Parts(target[from.Length..]))
            {
                left.Push(behind);
            }
        }

        return new RealFile(real, isOpen);
    }

    /// <summary>Whether two paths name one file, of which what is written by one of them is lost by the other.</summary>
    public static bool AreSame(string one, string other)
    {
        RealFile first = Of(one);
        return System.IO.Path.GetFullPath(one) == System.IO.Path.GetFullPath(other) || (!first.IsDevice && first.Path == Of(other).Path);
    }

    /// <summary>Last to first, as they are pushed.</summary>
    private static IEnumerable<string> Parts(string path) => path
        .Split([System.IO.Path.DirectorySeparatorChar, System.IO.Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Reverse();

    private static bool IsBelow(string path, string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);
}
