using Orleans.Runtime;

namespace Orleans;

/// <summary>Identity and references of grains and grain references.</summary>
public static class GrainExtensions
{
    /// <summary>A reference to the same grain through another of its interfaces; within a grain, the reference to itself.</summary>
    /// <typeparam name="TGrainInterface">An interface that the grain's class implements.</typeparam>
    /// <param name="grain">A grain or a reference to one.</param>
    /// <exception cref="ArgumentException">This is neither a grain nor a reference to one.</exception>
    /// <exception cref="InvalidCastException">The class does not implement the interface.</exception>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) =>
        (TGrainInterface)AsReference(grain, typeof(TGrainInterface));

    /// <inheritdoc cref="AsReference{TGrainInterface}(IAddressable)"/>
    /// <param name="grain">A grain or a reference to one.</param>
    /// <param name="interfaceType">An interface that the grain's class implements.</param>
    public static object AsReference(this IAddressable grain, Type interfaceType) => ReferenceTo(grain).As(interfaceType);

    /// <inheritdoc cref="AsReference{TGrainInterface}(IAddressable)"/>
    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) => grain.AsReference<TGrainInterface>();

    /// <summary>The identity of the grain.</summary>
    /// <param name="grain">A grain or a reference to one.</param>
    /// <exception cref="ArgumentException">This is neither a grain nor a reference to one.</exception>
    public static GrainId GetGrainId(this IAddressable grain) => ReferenceTo(grain).GrainId;

    /// <summary>The key of the grain.</summary>
    /// <param name="grain">A grain or a reference to one.</param>
    /// <exception cref="ArgumentException">This is neither a grain nor a reference to one.</exception>
    public static string GetPrimaryKeyString(this IAddressable grain) => ReferenceTo(grain).Key;

    private static GrainReference ReferenceTo(IAddressable grain)
    {
        ArgumentNullException.ThrowIfNull(grain);
        return grain switch
        {
            GrainReference reference => reference,
            IGrainBase { GrainContext: { } context } => context.GrainReference,
            _ => throw new ArgumentException(
                $"{grain.GetType()} is neither a grain that a host activated nor a reference to a grain.", nameof(grain)),
        };
    }
}
