namespace Preble.Embedded.Streams;

/// <summary>What a read of an enumeration gives.</summary>
/// <typeparam name="T">Type of an element.</typeparam>
/// <param name="Status">What it came to.</param>
/// <param name="Element">The only element, when there is one and <paramref name="Batch"/> is null.</param>
/// <param name="Batch">The elements, when there are several.</param>
/// <param name="Exception">What the producer threw.</param>
internal readonly record struct PollResult<T>(PollStatus Status, T? Element = default, List<T>? Batch = null, Exception? Exception = null);
