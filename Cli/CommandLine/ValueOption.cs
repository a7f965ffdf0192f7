using System.CommandLine;

namespace Preble.Cli.CommandLine;

/// <summary>An option with a value.</summary>
/// <param name="name">As it is typed.</param>
/// <param name="allowed">What the value may be.</param>
internal sealed class ValueOption<T>(string name, string allowed) : Option<T>(name), IValueOption
{
    public string Allowed => allowed;
}
