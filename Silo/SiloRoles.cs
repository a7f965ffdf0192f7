namespace Preble.Silo;

/// <summary>What a silo does.</summary>
[Flags]
internal enum SiloRoles
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>Answers clients over HTTP.</summary>
    Gateway = 1,

    /// <summary>Runs engines.</summary>
    Worker = 2,
}
