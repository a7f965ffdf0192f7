using System.CommandLine;
using System.CommandLine.Parsing;

namespace Preble.Cli.CommandLine;

/// <summary>What is wrong with a command line, in one line that also says what is allowed.</summary>
internal static class UsageErrors
{
    public static string Describe(ParseResult parse)
    {
        Command command = parse.CommandResult.Command;
        string path = Path(parse.CommandResult);
        if (parse.UnmatchedTokens.Count > 0)
        {
            string token = parse.UnmatchedTokens[0];
            return command.Subcommands.Count > 0 ? $"'{token}' is no command of '{path}'; allowed: {Commands(command)}."
                : token.StartsWith('-') ? $"'{token}' is no option of '{path}'; allowed: {Options(command)}."
                : $"'{token}' is not understood after '{path}'; allowed: {Options(command)}.";
        }

        foreach (ParseError error in parse.Errors)
        {
            if ((error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult) is { } option && Describe(option) is { } text)
            {
                return text;
            }

            if (error.SymbolResult is ArgumentResult { Tokens.Count: 0 } missing)
            {
                return $"'{path}' needs {missing.Argument.HelpName ?? missing.Argument.Name}: {missing.Argument.Description}";
            }
        }

        return command.Subcommands.Count > 0 ? $"'{path}' needs a command: {Commands(command)}." : parse.Errors[0].Message.Split('\n')[0];
    }

    /// <summary>What the parser itself has to say of an option; null if it is the value that is wrong, which says so itself.</summary>
    private static string? Describe(OptionResult option)
    {
        if (option.Tokens.Count == 0)
        {
            return $"{option.Option.Name} needs a value: {option.Option.Description}";
        }

        return option.IdentifierTokenCount > 1 || (option.Tokens.Count > 1 && option.Option.Arity.MaximumNumberOfValues == 1)
            ? $"{option.Option.Name} may be given once, with one value, not '{string.Join(' ', option.Tokens.Select(token => token.Value))}'."
            : null;
    }

    private static string Commands(Command command) => string.Join(", ", command.Subcommands.Select(sub => sub.Name));

    private static string Options(Command command) =>
        string.Join(", ", command.Options.Where(option => !option.Hidden).Select(option => option.Name));

    private static string Path(CommandResult result)
    {
        string name = result.Command is RootCommand ? PrebleCommand.Name : result.Command.Name;
        return result.Parent is CommandResult parent ? $"{Path(parent)} {name}" : name;
    }
}
