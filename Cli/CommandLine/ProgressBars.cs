using Spectre.Console;

namespace Preble.Cli.CommandLine;

/// <summary>Shows how far several pieces of work are, if a person watches; otherwise nothing.</summary>
internal static class ProgressBars
{
    /// <summary>Does the work.</summary>
    /// <param name="terminal">Where the bars are drawn, on the side of errors, and wiped when all is done.</param>
    /// <param name="pieces">Names and sizes.</param>
    /// <param name="work">Is given what to call with a piece's index and how much of it is done; any thread may.</param>
    public static async Task RunAsync(Terminal terminal, IReadOnlyList<(string Name, int Size)> pieces, Func<Action<int, int>, Task> work)
    {
        if (!terminal.ErrorIsInteractive)
        {
            await work((_, _) => { });
            return;
        }

        await terminal.ErrorConsole().Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                ProgressTask[] bars = [.. pieces.Select(piece => context.AddTask(Markup.Escape(piece.Name), maxValue: Math.Max(1, piece.Size)))];
                return work((index, done) => bars[index].Value = done);
            });
    }
}
