using System.Text;

namespace Preble.Cli.CommandLine;

/// <summary>Writes files whole or not at all, as far as the system lets it.</summary>
internal static class WholeFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// Writes a text. A regular file is written beside its place and put there when it is whole: what fails leaves an older one as it was, and none that is new.
    /// In place are written pipes, devices, empty files, and a file that nothing can be put over: in a folder of others, or mounted alone.
    /// </summary>
    /// <exception cref="IOException">It cannot be written, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not for this user.</exception>
    public static void Write(string path, string text)
    {
        RealFile file = RealFile.Of(path);
        if ((!File.Exists(path) || file.IsRegular) && Beside(file.Path) is { } beside && HasReplaced(file.Path, beside, text))
        {
            return;
        }

        // What is open already, such as the standard output, has results in it.
        using var stream = new StreamWriter(path, append: file.IsOpen, Utf8);
        stream.Write(text);
    }

    /// <summary>Makes a new file and takes it away again; one that is there by now is left.</summary>
    /// <exception cref="IOException">None can be made there.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not for this user.</exception>
    public static void Try(string path)
    {
        try
        {
            new FileStream(path, FileMode.CreateNew, FileAccess.Write).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            return;
        }

        File.Delete(path);
    }

    /// <summary>A new, empty file in the same folder; null where none can be made.</summary>
    private static FileStream? Beside(string path)
    {
        try
        {
            return new FileStream(Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetRandomFileName()}"), FileMode.CreateNew, FileAccess.Write);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns>Whether the file could be put there.</returns>
    private static bool HasReplaced(string path, FileStream beside, string text)
    {
        bool isThere = false;
        try
        {
            using (var writer = new StreamWriter(beside, Utf8))
            {
                writer.Write(text);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(path))
            {
                File.SetUnixFileMode(beside.Name, File.GetUnixFileMode(path));
            }

            isThere = IsMoved(beside.Name, path);
            return isThere;
        }
        finally
        {
            if (!isThere)
            {
                Remove(beside.Name);
            }
        }
    }

    private static bool IsMoved(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Deletes what is of no use any more, if it can be.</summary>
    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            // What failed first is told.
        }
    }
}
