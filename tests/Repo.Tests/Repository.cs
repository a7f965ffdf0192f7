namespace Preble.Repo.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    public static string Root => RepositoryRoot.Folder;

    /// <summary>Tracked and new files, paths relative to the root with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = ListFiles();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    private static IReadOnlyList<string> ListFiles()
    {
        string[] ignored = ["bin", "obj", ".git", "TestResults", "node_modules"];
        var files = new List<string>();
        var folders = new Stack<string>([Root]);
        while (folders.TryPop(out string? folder))
        {
            foreach (string child in Directory.EnumerateDirectories(folder).Where(child => !ignored.Contains(Path.GetFileName(child))))
            {
                folders.Push(child);
            }

            files.AddRange(Directory.EnumerateFiles(folder).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')));
        }

        files.Sort(StringComparer.Ordinal);
        return files;
    }
}
