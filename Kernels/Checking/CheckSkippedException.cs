namespace Preble.Kernels.Checking;

/// <summary>A case cannot be checked here, which is nobody's fault.</summary>
/// <param name="reason">Why, in a line.</param>
internal sealed class CheckSkippedException(string reason) : Exception(reason);
