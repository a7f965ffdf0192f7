namespace Preble.Cli.CommandLine;

/// <summary>An option that takes a value and knows which.</summary>
internal interface IValueOption
{
    /// <summary>What the value may be, as it stands behind "allowed: ".</summary>
    string Allowed { get; }
}
