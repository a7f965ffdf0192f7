using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Preble.Cli.CommandLine;

/// <summary>Files that a command writes. Their place is checked before the work begins, so that an hour's run is not lost to a mistyped folder.</summary>
internal static class OutputFile
{
    private const string Allowed = "a file in a folder that exists";

    /// <summary>What a pipe without a reader is given before it is said that it has none; a disk takes less.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>An option for a file to be written.</summary>
    public static Option<string?> Option(string name, string description, string helpName) => ValueOptions.Text(name, description, helpName, Allowed);

    /// <summary>Throws unless a file can be written there, if one is asked for.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="option">Asks for it.</param>
    /// <param name="others">Files that the command reads, or writes too, and the options that name them.</param>
    /// <exception cref="UsageException">There is no such folder, the path is one, it is not for this user to write, or it is one of the others.</exception>
    public static void Check(ParseResult parse, Option<string?> option, params IEnumerable<(string Option, string Path)> others)
    {
        if (parse.GetValue(option) is not { } path)
        {
            return;
        }

        if (path.Contains('\0') || Directory.Exists(path) || path.EndsWith('/'))
        {
            throw new UsageException($"{option.Name} '{path}' is a folder; allowed: {Allowed}.");
        }

        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full)!;
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"{option.Name} '{path}': there is no folder '{folder}'; allowed: {Allowed}.");
        }

        foreach ((string other, string taken) in others)
        {
            if (RealFile.AreSame(taken, path))
            {
                throw new UsageException($"{other} and {option.Name} are both '{taken}'; allowed: two files.");
            }
        }

        if (WhyNot(path) is { } reason)
        {
            throw new UsageException($"{option.Name} '{path}' cannot be written: {reason}; allowed: {Allowed}.");
        }
    }

    /// <summary>Whether an error says that a disk is full: the numbers of Unix and of Windows.</summary>
    public static bool IsDiskFull(Exception error) => error is IOException { HResult: 28 or unchecked((int)0x80070070) };

    /// <summary>What is said of that. The system names the file that was written in its place, which nobody knows.</summary>
    /// <param name="what">What could not be written.</param>
    /// <param name="why">The system's error.</param>
    public static RunFailedException CannotBeWritten(string what, Exception why) =>
        new($"{what} cannot be written: {(IsDiskFull(why) ? "the disk is full; free some space, or name a file elsewhere" : why.Message)}");

    /// <summary>Shows results, then writes the files that were asked for: each whatever became of the others.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="show">Writes the results to the terminal.</param>
    /// <param name="files">Options that ask for files, and their texts, which are written in UTF-8.</param>
    /// <exception cref="RunFailedException">The first of them that could not be written, told when all others are.</exception>
    public static void WriteAll(ParseResult parse, Action show, params IEnumerable<(Option<string?> Option, Func<string> Text)> files)
    {
        RunFailedException? first = Failure("The results", show);
        foreach ((Option<string?> option, Func<string> text) in files)
        {
            if (parse.GetValue(option) is { } path)
            {
                string whole = text();
                RunFailedException? failure = Failure($"{option.Name} '{path}'", () => Write(path, whole, parse.InvocationConfiguration.Error, option.Name));
                first ??= failure;
            }
        }

        if (first is not null)
        {
            throw first;
        }
    }

    /// <summary>The same with one file of JSON: indented, each number in one fixed way, so that the same results are the same bytes.</summary>
    public static void WriteJson(ParseResult parse, Action show, Option<string?> option, Action<Utf8JsonWriter> write) => WriteAll(parse, show, (option, () => Json(write)));

    /// <summary>The text of a JSON document.</summary>
    public static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>A number with at most six digits behind the point: microseconds of seconds.</summary>
    public static void Number(this Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        json.Number(value);
    }

    /// <inheritdoc cref="Number(Utf8JsonWriter, string, double)"/>
    public static void Number(this Utf8JsonWriter json, double value)
    {
        if (!double.IsFinite(value))
        {
            throw new InvalidOperationException($"JSON has no number {value}.");
        }

        string text = value.ToString("0.######", CultureInfo.InvariantCulture);
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number))
        {
            json.WriteNumberValue(number == 0 ? 0 : number);
        }
        else
        {
            json.WriteRawValue(text);
        }
    }

    private static RunFailedException? Failure(string what, Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return CannotBeWritten(what, failed);
        }
    }

    /// <summary>Writes a file. Who waits for ever, as a pipe does that nobody reads, is told so; that a reader comes later is as good.</summary>
    private static void Write(string path, string text, TextWriter error, string option)
    {
        using ITimer late = TimeProvider.System.CreateTimer(_ => Say(), null, Patience, Timeout.InfiniteTimeSpan);
        WholeFile.Write(path, text);

        void Say()
        {
            try
            {
                error.Write($"{PrebleCommand.Name}: {option} '{path}' is not written yet: if it is a pipe, it waits for a reader.\n");
            }
            catch (Exception untold) when (untold is IOException or ObjectDisposedException)
            {
                // A thread of the timer's: nobody would catch it, and the file can be written all the same.
            }
        }
    }

    /// <summary>Why no file can be written there; null if one can. What may be a pipe is not opened: its reader would take that for all.</summary>
    private static string? WhyNot(string path)
    {
        if (File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly))
        {
            return "it is read-only";
        }

        RealFile file = RealFile.Of(path);
        try
        {
            if (file.IsRegular)
            {
                File.Open(file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
            }
            else if (!File.Exists(path))
            {
                WholeFile.Try(file.Path);
            }

            return null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return failed.Message.TrimEnd('.');
        }
    }
}
