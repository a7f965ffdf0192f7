namespace Preble.Engine.Text.Jinja;

/// <summary>What a template may use. Templates come with model folders, which are not trusted.</summary>
internal static class JinjaLimits
{
    /// <summary>Longest template, in characters.</summary>
    internal const int TemplateCharsMax = 1 << 20;

    /// <summary>Longest text that a template may write, and longest string that it may make, in characters.</summary>
    internal const int TextCharsMax = 1 << 25;

    /// <summary>Most steps of one rendering: loop passes and elements of lists that filters and operators make.</summary>
    internal const int StepsMax = 4_000_000;

    /// <summary>Most characters of all strings made in one rendering, output not counted.</summary>
    internal const long MadeCharsMax = 1L << 28;

    /// <summary>Most numbers that one range() gives, as Jinja's sandbox has it.</summary>
    internal const int RangeMax = 100_000;

    /// <summary>Deepest nesting of expressions and blocks in a template.</summary>
    internal const int NestingMax = 100;

    /// <summary>Deepest nesting of macro calls.</summary>
    internal const int CallsMax = 50;

    /// <summary>Deepest nesting of lists and dicts that are compared, printed or converted.</summary>
    internal const int ValueNestingMax = 100;

    /// <summary>Largest exponent of a power of whole numbers.</summary>
    internal const int ExponentMax = 64;
}
