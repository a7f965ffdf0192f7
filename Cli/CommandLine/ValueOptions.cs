using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Preble.Cli.CommandLine;

/// <summary>Options whose values are checked as they are read, so that a wrong one is told in one line with what is allowed.</summary>
internal static class ValueOptions
{
    /// <summary>A whole number.</summary>
    public static Option<int?> Whole(string name, string description, int min, int max, string helpName = "N") => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => int.TryParse(Text(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : Refuse<int?>(result, $"{name} must be a whole number from {Grouped(min)} to {Grouped(max)}, not '{Text(result)}'."),
    };

    /// <summary>A number within bounds that are themselves allowed.</summary>
    public static Option<double?> Real(string name, string description, double min, double max, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => TryReal(Text(result), out double value) && value >= min && value <= max
            ? value
            : Refuse<double?>(result, $"{name} must be a number from {Plain(min)} to {Plain(max)}, not '{Text(result)}'."),
    };

    /// <summary>A number above 0.</summary>
    public static Option<double?> Positive(string name, string description, double max, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => TryReal(Text(result), out double value) && value > 0 && value <= max
            ? value
            : Refuse<double?>(result, $"{name} must be a number above 0 and at most {Plain(max)}, not '{Text(result)}'."),
    };

    /// <summary>Numbers within bounds that are themselves allowed, separated by commas.</summary>
    public static Option<double[]?> Reals(string name, string description, double min, double max, int countMax, string helpName) => new(name)
    {
        Arity = ArgumentArity.ExactlyOne,
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string[] parts = Parts(Text(result));
            var values = new double[parts.Length];
            for (int i = 0; i < parts.Length; i++)
            {
                if (!TryReal(parts[i], out values[i]) || values[i] < min || values[i] > max)
                {
                    return Refuse<double[]?>(result, $"{name} must be numbers from {Plain(min)} to {Plain(max)}, separated by commas, not '{parts[i]}'.");
                }
            }

            return parts.Length > 0 && parts.Length <= countMax
                ? values
                : Refuse<double[]?>(result, $"{name} must name from 1 to {countMax} numbers, not {parts.Length}.");
        },
    };

    /// <summary>Whole numbers, separated by commas.</summary>
    public static Option<int[]?> WholeList(string name, string description, int min, int max, int countMax, string helpName) => new(name)
    {
        Arity = ArgumentArity.ExactlyOne,
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string[] parts = Parts(Text(result));
            var values = new int[parts.Length];
            for (int i = 0; i < parts.Length; i++)
            {
                if (!int.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out values[i]) || values[i] < min || values[i] > max)
                {
                    return Refuse<int[]?>(result, $"{name} must be whole numbers from {Grouped(min)} to {Grouped(max)}, separated by commas, not '{parts[i]}'.");
                }
            }

            return parts.Length > 0 && parts.Length <= countMax ? values : Refuse<int[]?>(result, $"{name} must name from 1 to {countMax} numbers, not {parts.Length}.");
        },
    };

    /// <summary>One name of several.</summary>
    public static Option<string?> Name(string name, string description, IReadOnlyList<string> allowed, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => allowed.Contains(Text(result))
            ? Text(result)
            : Refuse<string?>(result, $"{name} '{Text(result)}' is not known; allowed: {string.Join(", ", allowed)}."),
    };

    /// <summary>Names of several, separated by commas, each at most once.</summary>
    public static Option<string[]?> Names(string name, string description, IReadOnlyList<string> allowed, string helpName) => new(name)
    {
        Arity = ArgumentArity.ExactlyOne,
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string[] parts = Parts(Text(result));
            foreach (string part in parts)
            {
                if (!allowed.Contains(part))
                {
                    return Refuse<string[]?>(result, $"{name} '{part}' is not known; allowed: {string.Join(", ", allowed)}.");
                }
            }

            string? twice = parts.Where((part, at) => Array.IndexOf(parts, part) < at).FirstOrDefault();
            return parts.Length == 0 ? Refuse<string[]?>(result, $"{name} needs at least one of: {string.Join(", ", allowed)}.")
                : twice is not null ? Refuse<string[]?>(result, $"{name} names '{twice}' twice; allowed: each of {string.Join(", ", allowed)} once.")
                : parts;
        },
    };

    /// <summary>Any text that is not empty.</summary>
    public static Option<string?> Text(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => Text(result).Trim().Length > 0 ? Text(result) : Refuse<string?>(result, $"{name} must not be empty: {description}"),
    };

    /// <summary>What stands between commas, without spaces around it.</summary>
    public static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A finite number as people write it, with a point whatever the machine's language.</summary>
    public static bool TryReal(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static string Text(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[0].Value : "";

    private static string Grouped(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Plain(double value) => value.ToString("#,0.######", CultureInfo.InvariantCulture);

    private static T? Refuse<T>(ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
    }
}
