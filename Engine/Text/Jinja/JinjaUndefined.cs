namespace Preble.Engine.Text.Jinja;

/// <summary>
/// The value of what does not exist: prints as nothing, is false and empty; anything else done with it is an error with this reason.
/// </summary>
internal sealed record JinjaUndefined(string Reason)
{
    internal JinjaException Error() => new(Reason);
}
