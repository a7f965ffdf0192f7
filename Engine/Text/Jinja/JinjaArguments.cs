namespace Preble.Engine.Text.Jinja;

/// <summary>The arguments of a call, filter or test.</summary>
/// <param name="Positional">By place.</param>
/// <param name="Named">By name, in the order written.</param>
internal sealed record JinjaArguments(IReadOnlyList<object?> Positional, IReadOnlyList<KeyValuePair<string, object?>> Named)
{
    internal static JinjaArguments None { get; } = new([], []);

    /// <summary>Stands for a parameter that was not given.</summary>
    internal static object Missing { get; } = new();

    /// <summary>The arguments in the order of the parameters' names, <see cref="Missing"/> for those not given.</summary>
    /// <param name="function">Name of what is called, for messages.</param>
    /// <param name="required">How many of the first parameters must be given.</param>
    /// <param name="names">Names of the parameters.</param>
    internal object?[] Bind(string function, int required, params ReadOnlySpan<string> names)
    {
        if (Positional.Count > names.Length)
        {
            throw new JinjaException($"{function}() takes at most {names.Length} arguments, not {Positional.Count}");
        }

        var bound = new object?[names.Length];
        Array.Fill(bound, Missing);
        for (var i = 0; i < Positional.Count; i++)
        {
            bound[i] = Positional[i];
        }

        foreach (var (name, value) in Named)
        {
            var at = names.IndexOf(name);
            if (at < 0 || !ReferenceEquals(bound[at], Missing))
            {
                throw new JinjaException($"{function}() {(at < 0 ? "has no argument" : "got more than once the argument")} '{name}'");
            }

            bound[at] = value;
        }

        for (var i = 0; i < required; i++)
        {
            if (ReferenceEquals(bound[i], Missing))
            {
                throw new JinjaException($"{function}() misses the argument '{names[i]}'");
            }
        }

        return bound;
    }
}
