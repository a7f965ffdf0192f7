using Preble.Embedded.Streams;

namespace Orleans.Runtime;

/// <summary>Settings of one enumeration of a grain's <see cref="IAsyncEnumerable{T}"/>.</summary>
public static class AsyncEnumerableExtensions
{
    /// <summary>Sets how many elements that are ready at once travel together; 100 when not set. No effect on other enumerables.</summary>
    /// <typeparam name="T">Type of an element.</typeparam>
    /// <param name="self">What a grain method returned.</param>
    /// <param name="maxBatchSize">The number of elements, at least 1.</param>
    /// <returns>The same enumerable.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBatchSize"/> is under 1.</exception>
    public static IAsyncEnumerable<T> WithBatchSize<T>(this IAsyncEnumerable<T> self, int maxBatchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatchSize, 1);
        if (self is GrainEnumerable<T> enumerable) enumerable.BatchMax = maxBatchSize;
        return self;
    }
}
