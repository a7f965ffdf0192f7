namespace Orleans.Concurrency;

/// <summary>Lets a request to this method start while other requests of the activation are still running.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AlwaysInterleaveAttribute : Attribute;
