using System.CommandLine;
using System.CommandLine.Parsing;

namespace Preble.Cli.CommandLine;

/// <summary>What is wrong with a command line, in one line that also says what is allowed.</summary>
internal static class UsageErrors
{
    /// <returns>Null if nothing is wrong that can be told before the values are looked at together.</returns>
    public static string? Find(ParseResult parse)
    {
        string? option = parse.CommandResult.Children.OfType<OptionResult>().Select(given => Find(given, parse.CommandResult.Command)).FirstOrDefault(wrong => wrong is not null);
        return option ?? (parse.Errors.Count > 0 ? Describe(parse) : null);
    }

    /// <summary>What the parser lets pass: an option that is taken for another one's value, or given twice.</summary>
    private static string? Find(OptionResult given, Command command)
    {
        string name = given.Option.Name;
        string values = string.Join(' ', given.Tokens.Select(token => token.Value));
        if (given.Tokens.FirstOrDefault(token => IsOption(token.Value, command)) is { } other)
        {
            return $"{name} needs a value before {other.Value}{Allowed(given.Option)}.";
        }

        return given.IdentifierTokenCount > 1 && !given.Option.AllowMultipleArgumentsPerToken
            ? $"{name} may be given once{(given.Option is IValueOption ? $", with one value, not '{values}'" : "")}; it is given {given.IdentifierTokenCount} times."
            : null;
    }

    private static string Describe(ParseResult parse)
    {
        Command command = parse.CommandResult.Command;
        string path = Path(parse.CommandResult);
        if (parse.UnmatchedTokens.Count > 0)
        {
            string token = parse.UnmatchedTokens[0];
            return token.StartsWith('-') ? $"'{token}' is no option of '{path}'; allowed: {(command.Subcommands.Count > 0 ? Commands(command) : Options(command))}."
                : command.Subcommands.Count > 0 ? $"'{token}' is no command of '{path}'; allowed: {Commands(command)}."
                : $"'{token}' is not understood after '{path}'; allowed: {Options(command)}.";
        }

        foreach (ParseError error in parse.Errors)
        {
            if ((error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult) is { Tokens.Count: 0 } option)
            {
                return $"{option.Option.Name} needs a value{Allowed(option.Option)}.";
            }

            if (error.SymbolResult is ArgumentResult { Tokens.Count: 0 } missing)
            {
                return $"'{path}' needs {missing.Argument.HelpName ?? missing.Argument.Name}: {missing.Argument.Description}";
            }
        }

        return command.Subcommands.Count > 0 ? $"'{path}' needs a command: {Commands(command)}." : parse.Errors[0].Message;
    }

    private static bool IsOption(string text, Command command) => command.Options.Any(option => option.Name == text || option.Aliases.Contains(text));

    private static string Allowed(Option option) => option is IValueOption value ? $"; allowed: {value.Allowed}" : "";

    private static string Commands(Command command) => string.Join(", ", command.Subcommands.Select(sub => sub.Name));

    private static string Options(Command command) =>
        command.Options.Any(option => !option.Hidden) ? string.Join(", ", command.Options.Where(option => !option.Hidden).Select(option => option.Name)) : "nothing more";

    private static string Path(CommandResult result)
    {
        string name = result.Command is RootCommand ? PrebleCommand.Name : result.Command.Name;
        return result.Parent is CommandResult parent ? $"{Path(parent)} {name}" : name;
    }
}
