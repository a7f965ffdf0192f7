namespace Orleans.Concurrency;

/// <summary>Lets requests to methods that carry it run beside each other, but not beside others.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyAttribute : Attribute;
