namespace Preble.Embedded.References;

/// <summary>The result of a method that has none.</summary>
internal readonly struct Unit;
