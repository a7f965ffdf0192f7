namespace Orleans.Concurrency;

/// <summary>Lets every request to this grain class start while others are still running; turns still never overlap.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReentrantAttribute : Attribute;
