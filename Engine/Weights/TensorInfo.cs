namespace Preble.Engine.Weights;

/// <summary>One entry of a safetensors header.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Type">How its numbers are stored.</param>
/// <param name="TypeName">The type as the file spells it.</param>
/// <param name="Shape">Its dimensions, outermost first; empty for a scalar.</param>
/// <param name="Offset">First byte, counted from the start of the file.</param>
/// <param name="Length">Size in bytes; equals the product of the shape times the size of a number.</param>
internal sealed record TensorInfo(string Name, TensorType Type, string TypeName, long[] Shape, long Offset, long Length)
{
    /// <summary>The shape for messages, such as <c>[512, 192]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
