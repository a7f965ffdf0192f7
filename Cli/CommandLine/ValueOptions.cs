using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Preble.Cli.CommandLine;

/// <summary>Options whose values are checked as they are read, so that a wrong one is told in one line with what is allowed.</summary>
internal static class ValueOptions
{
    /// <summary>A whole number.</summary>
    public static Option<int?> Whole(string name, string description, int min, int max, string helpName = "N") => One<int?>(
        name, description, helpName, $"a whole number from {Grouped(min)} to {Grouped(max)}",
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max ? value : null);

    /// <summary>A number within bounds that are themselves allowed.</summary>
    public static Option<double?> Real(string name, string description, double min, double max, string helpName) => One<double?>(
        name, description, helpName, $"a number from {Plain(min)} to {Plain(max)}", text => TryReal(text, out double value) && value >= min && value <= max ? value : null);

    /// <summary>A number above 0.</summary>
    public static Option<double?> Positive(string name, string description, double max, string helpName) => One<double?>(
        name, description, helpName, $"a number above 0 and at most {Plain(max)}", text => TryReal(text, out double value) && value > 0 && value <= max ? value : null);

    /// <summary>Different numbers within bounds that are themselves allowed, separated by commas.</summary>
    public static Option<double[]?> Reals(string name, string description, double min, double max, int countMax, string helpName) => new ValueOption<double[]?>(
        name, $"{countMax} numbers at most, from {Plain(min)} to {Plain(max)}, separated by commas")
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

            int twice = Array.FindIndex(values, value => Array.IndexOf(values, value) != Array.LastIndexOf(values, value));
            return twice >= 0 ? Refuse<double[]?>(result, $"{name} names {Plain(values[twice])} twice; allowed: different numbers.")
                : parts.Length <= countMax ? values
                : Refuse<double[]?>(result, $"{name} must name from 1 to {countMax} numbers, not {parts.Length}.");
        },
    };

    /// <summary>Whole numbers, separated by commas.</summary>
    public static Option<int[]?> WholeList(string name, string description, int min, int max, int countMax, string helpName) => new ValueOption<int[]?>(
        name, $"{countMax} whole numbers at most, from {Grouped(min)} to {Grouped(max)}, separated by commas")
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

            return parts.Length <= countMax ? values : Refuse<int[]?>(result, $"{name} must name from 1 to {countMax} numbers, not {parts.Length}.");
        },
    };

    /// <summary>One name of several.</summary>
    public static Option<string?> Name(string name, string description, IReadOnlyList<string> allowed, string helpName) => new ValueOption<string?>(
        name, string.Join(", ", allowed))
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => allowed.Contains(Text(result))
            ? Text(result)
            : Refuse<string?>(result, $"{name} '{Text(result)}' is not known; allowed: {string.Join(", ", allowed)}."),
    };

    /// <summary>Names of several, separated by commas, each at most once.</summary>
    public static Option<string[]?> Names(string name, string description, IReadOnlyList<string> allowed, string helpName) => new ValueOption<string[]?>(
        name, $"{string.Join(", ", allowed)}, with commas between them")
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
                    string wrong = part.Length > 0 ? $"'{part}' is not known" : $"'{Text(result)}' has an empty name";
                    return Refuse<string[]?>(result, $"{name} {wrong}; allowed: {string.Join(", ", allowed)}.");
                }
            }

            string? twice = parts.Where((part, at) => Array.IndexOf(parts, part) < at).FirstOrDefault();
            return twice is not null ? Refuse<string[]?>(result, $"{name} names '{twice}' twice; allowed: each of {string.Join(", ", allowed)} once.")
                : parts;
        },
    };

    /// <summary>Any text that is not empty.</summary>
    /// <param name="name">Of the option.</param>
    /// <param name="description">For its help.</param>
    /// <param name="helpName">Of its value.</param>
    /// <param name="allowed">What may be said.</param>
    public static Option<string?> Text(string name, string description, string helpName, string allowed) => new ValueOption<string?>(name, allowed)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => Text(result).Trim().Length > 0 ? Text(result) : Refuse<string?>(result, $"{name} must not be empty; allowed: {allowed}."),
    };

    /// <summary>What stands between commas, without spaces around it; empty where nothing does.</summary>
    public static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>A finite number as people write it, with a point whatever the machine's language.</summary>
    public static bool TryReal(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>A value that is read at once; <paramref name="read"/> gives null for what is not allowed.</summary>
    private static ValueOption<T> One<T>(string name, string description, string helpName, string allowed, Func<string, T> read) => new(name, allowed)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => read(Text(result)) is { } value ? value : Refuse<T>(result, $"{name} must be {allowed}, not '{Text(result)}'."),
    };

    private static string Text(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[0].Value : "";

    private static string Grouped(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Plain(double value) => value.ToString("#,0.######", CultureInfo.InvariantCulture);

    private static T? Refuse<T>(ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
    }
}
