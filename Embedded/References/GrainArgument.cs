using Orleans;
using Orleans.Runtime;

namespace Preble.Embedded.References;

/// <summary>What a proxy does to an argument whose type is a grain interface.</summary>
internal static class GrainArgument
{
    /// <summary>Turns a grain that passes itself into a reference, so that nobody calls it outside its turns.</summary>
    public static T ToReference<T>(T value) =>
        value is IAddressable grain and not GrainReference and IGrainBase ? grain.AsReference<T>() : value;
}
