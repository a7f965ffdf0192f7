using Spectre.Console;

namespace Preble.Cli.CommandLine;

/// <summary>Where the program writes: results to one side, progress and complaints to the other.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Progress and complaints.</param>
/// <param name="OutputIsInteractive">Whether a person looks at <paramref name="Output"/>; otherwise it gets plain text.</param>
/// <param name="ErrorIsInteractive">Whether a person looks at <paramref name="Error"/>; otherwise it gets no progress.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, bool OutputIsInteractive, bool ErrorIsInteractive)
{
    /// <summary>Columns of a table that no person looks at: wide enough for all of ours.</summary>
    private const int PlainWidth = 400;

    public static Terminal OfProcess() =>
        new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    /// <summary>Characters in a line of <see cref="Output"/>.</summary>
    public int Columns => OutputIsInteractive ? OutputConsole().Profile.Width : PlainWidth;

    /// <summary>For tables on <see cref="Output"/>.</summary>
    public IAnsiConsole OutputConsole() => Create(Output, OutputIsInteractive);

    /// <summary>For progress on <see cref="Error"/>.</summary>
    public IAnsiConsole ErrorConsole() => Create(Error, ErrorIsInteractive);

    /// <summary>A table in the style of this terminal: drawn for people, Markdown for files.</summary>
    public Table NewTable()
    {
        var table = new Table();
        table.Border(OutputIsInteractive ? TableBorder.Rounded : TableBorder.Markdown);
        return table;
    }

    /// <summary>Writes a table to <see cref="Output"/>.</summary>
    public void Write(Table table)
    {
        if (OutputIsInteractive)
        {
            OutputConsole().Write(table);
            return;
        }

        // A plain table ends each line where its text ends.
        using var text = new StringWriter { NewLine = "\n" };
        Create(text, interactive: false).Write(table);
        foreach (string line in text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Trim().Length > 0)
            {
                Output.Write(line.TrimEnd() + "\n");
            }
        }
    }

    private static IAnsiConsole Create(TextWriter writer, bool interactive)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = interactive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = interactive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = interactive ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!interactive)
        {
            console.Profile.Width = PlainWidth;
        }

        return console;
    }
}
