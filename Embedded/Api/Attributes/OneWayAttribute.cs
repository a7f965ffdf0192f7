namespace Orleans.Concurrency;

/// <summary>The caller does not wait: the call returns a completed task at once, and what the method throws is only logged.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OneWayAttribute : Attribute;
