using System.Runtime.CompilerServices;
using System.Text;

namespace Preble.Engine.Text.Jinja;

/// <summary>One rendering: its variables, its output and what it has used of <see cref="JinjaLimits"/>.</summary>
/// <param name="globals">Variables that the template is given.</param>
/// <param name="now">The time that strftime_now shows.</param>
internal sealed class RenderContext(Scope globals, DateTimeOffset now)
{
    private StringBuilder _output = new();
    private long _madeChars;
    private int _steps;
    private int _calls;

    /// <summary>Where the template is, for messages.</summary>
    internal JinjaPosition At { get; set; } = new(1, 1);

    internal DateTimeOffset Now => now;

    internal Scope Scope { get; private set; } = new(globals);

    internal string Output => _output.ToString();

    internal void Write(string text)
    {
        if (_output.Length + text.Length > JinjaLimits.TextCharsMax)
        {
            throw new JinjaException($"the output is over the limit of {JinjaLimits.TextCharsMax} characters");
        }

        _output.Append(text);
    }

    /// <summary>Counts passes of loops and elements of lists.</summary>
    internal void Step(int count = 1)
    {
        _steps = _steps <= JinjaLimits.StepsMax - count
            ? _steps + count
            : throw new JinjaException($"the template takes more than {JinjaLimits.StepsMax} steps");
    }

    /// <summary>A list that the template makes, counted.</summary>
    internal JinjaList List(IEnumerable<object?> items, bool isTuple = false)
    {
        var list = new List<object?>();
        foreach (var item in items)
        {
            Step();
            list.Add(item);
        }

        return new JinjaList(list, isTuple);
    }

    /// <summary>Counts a string that is about to be made.</summary>
    /// <param name="length">Its length in characters.</param>
    internal void Make(long length)
    {
        _madeChars += length;
        if (length > JinjaLimits.TextCharsMax || _madeChars > JinjaLimits.MadeCharsMax)
        {
            throw new JinjaException(
                $"the template makes strings over the limit of {JinjaLimits.TextCharsMax} characters each, {JinjaLimits.MadeCharsMax} in all");
        }
    }

    /// <summary>A string that the template made, counted.</summary>
    internal string Made(string text)
    {
        Make(text.Length);
        return text;
    }

    /// <summary>Refuses to nest deeper than the thread's stack allows.</summary>
    internal static void EnsureStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new JinjaException("the template is nested too deep");
        }
    }

    /// <summary>Runs in a scope of its own inside <paramref name="parent"/>.</summary>
    internal T InScope<T>(Scope parent, Func<T> run)
    {
        EnsureStack();
        var outer = Scope;
        Scope = new Scope(parent);
        try
        {
            return run();
        }
        finally
        {
            Scope = outer;
        }
    }

    /// <summary>What is written while <paramref name="run"/> runs in a scope of its own.</summary>
    internal string Capture(Scope parent, Action run)
    {
        var outer = _output;
        _output = new StringBuilder();
        try
        {
            InScope(parent, () =>
            {
                run();
                return true;
            });
            return Made(_output.ToString());
        }
        finally
        {
            _output = outer;
        }
    }

    /// <summary>Calls what an expression gave.</summary>
    internal object? Call(object? target, JinjaArguments arguments)
    {
        if (++_calls > JinjaLimits.CallsMax)
        {
            throw new JinjaException($"calls are nested more than {JinjaLimits.CallsMax} deep");
        }

        var result = target switch
        {
            JinjaCallable callable => callable.Call(this, arguments),
            JinjaLoop loop => loop.Recurse(this, arguments),
            JinjaUndefined undefined => throw undefined.Error(),
            _ => throw new JinjaException($"a {JinjaValue.TypeName(target)} cannot be called"),
        };
        _calls--;
        return result;
    }
}
