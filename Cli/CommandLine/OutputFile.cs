using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Preble.Cli.CommandLine;

/// <summary>Files that a command writes. Their place is checked before the work begins, so that an hour's run is not lost to a mistyped folder.</summary>
internal static class OutputFile
{
    private const string Allowed = "a file in a folder that exists";

    /// <summary>An option for a file to be written.</summary>
    public static Option<string?> Option(string name, string description, string helpName) => ValueOptions.Text(name, description, helpName, Allowed);

    /// <summary>Throws unless a file can stand there.</summary>
    /// <param name="name">Of the option.</param>
    /// <param name="path">What was given; null asks for no file.</param>
    /// <exception cref="UsageException">There is no such folder, or the path is one.</exception>
    public static void Check(string name, string? path)
    {
        if (path is null)
        {
            return;
        }

        if (path.Contains('\0') || Directory.Exists(path) || path.EndsWith('/'))
        {
            throw new UsageException($"{name} '{path}' is a folder; allowed: {Allowed}.");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"{name} '{path}': there is no folder '{folder}'; allowed: {Allowed}.");
        }
    }

    /// <summary>Throws if two results would be written to one file.</summary>
    /// <exception cref="UsageException">They would.</exception>
    public static void CheckDifferent(string name, string? path, string otherName, string? other)
    {
        if (path is not null && other is not null && Path.GetFullPath(path) == Path.GetFullPath(other))
        {
            throw new UsageException($"{name} and {otherName} are both '{path}'; allowed: two files.");
        }
    }

    /// <summary>Writes a text in UTF-8, if a file was asked for.</summary>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public static void Write(string? path, Func<string> text)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            File.WriteAllText(path, text(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new RunFailedException($"'{path}' cannot be written: {failed.Message}");
        }
    }

    /// <summary>Writes JSON: indented, each number in one fixed way, so that the same results are the same bytes.</summary>
    public static void WriteJson(string? path, Action<Utf8JsonWriter> write) => Write(path, () => Json(write));

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
}
