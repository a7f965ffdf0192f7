namespace Preble.Emulator.Execution;

/// <summary>A piece that is on its way into shared memory.</summary>
/// <param name="Lane">Whose.</param>
/// <param name="Group">Number of the lane's group.</param>
/// <param name="Target">Offset in shared memory.</param>
/// <param name="Bytes">4, 8 or 16.</param>
/// <param name="Data">What was read.</param>
internal readonly record struct AsyncCopy(int Lane, int Group, int Target, int Bytes, UInt128 Data);
