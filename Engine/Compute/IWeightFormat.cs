namespace Preble.Engine.Compute;

/// <summary>How one step of a panel is stored and widened.</summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Loads the two vectors of a unit at one step.</summary>
    /// <param name="near">The words of the unit; all of it in a format of two bytes.</param>
    /// <param name="far">The second vector in a format of four bytes; not read otherwise.</param>
    /// <param name="low">First vector.</param>
    /// <param name="high">Second vector.</param>
    static abstract void Load<TSimd, TVector>(byte* near, byte* far, out TVector low, out TVector high)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged;
}
