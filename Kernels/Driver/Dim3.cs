namespace Preble.Kernels.Driver;

/// <summary>Extent of a grid in blocks, or of a block in threads.</summary>
public readonly record struct Dim3(int X, int Y = 1, int Z = 1);
