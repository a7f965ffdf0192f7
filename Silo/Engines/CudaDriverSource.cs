using Preble.Kernels.Driver;

namespace Preble.Silo.Engines;

/// <summary>Where the CUDA driver comes from.</summary>
/// <param name="driver">The driver, initialised, or null.</param>
/// <param name="reason">Why there is none, in a line; else empty.</param>
/// <returns>Whether there is one.</returns>
internal delegate bool CudaDriverSource(out ICudaDriver? driver, out string reason);
