namespace Preble.Embedded.Tests.Shared;

/// <summary>A message as grains send them.</summary>
/// <param name="Text">Some text.</param>
/// <param name="Numbers">Some numbers.</param>
[GenerateSerializer]
[Immutable]
[Alias("preble.probe-message")]
public sealed record ProbeMessage([property: Id(0)] string Text, [property: Id(1)] int[] Numbers);
