namespace Preble.Engine.Sampling;

/// <summary>A sampling parameter that is out of range.</summary>
/// <param name="Field">Its name in the API, as <c>top_p</c>.</param>
/// <param name="Value">What it is, as text.</param>
/// <param name="Allowed">What it may be, in words.</param>
public readonly record struct SamplingProblem(string Field, string Value, string Allowed);
