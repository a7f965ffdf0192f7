using System.Globalization;
using Preble.Kernels.Driver;

namespace Preble.Emulator.Execution;

/// <summary>The report of what a kernel did wrong.</summary>
/// <param name="Kind">What.</param>
/// <param name="Kernel">Its name.</param>
/// <param name="Line">Line in its PTX text.</param>
/// <param name="Block">Which block.</param>
/// <param name="Thread">Number of the thread in its block, counted x first.</param>
/// <param name="Address">The address, or 0 if it is not about one.</param>
/// <param name="Detail">What else is known, in words.</param>
public sealed record Fault(FaultKind Kind, string Kernel, int Line, Dim3 Block, int Thread, ulong Address, string Detail)
{
    /// <summary>What the driver tells of it.</summary>
    public CudaResult Result => Kind switch
    {
        FaultKind.OutOfBounds => CudaResult.IllegalAddress,
        FaultKind.Misaligned => CudaResult.MisalignedAddress,
        FaultKind.Timeout => CudaResult.LaunchTimeout,
        _ => CudaResult.LaunchFailed,
    };

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kind} in {Kernel}, PTX line {Line}, block ({Block.X}, {Block.Y}, {Block.Z}), thread {Thread}{(Address == 0 ? "" : $", address 0x{Address:x}")}: {Detail}");
}
