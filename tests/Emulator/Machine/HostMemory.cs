namespace Preble.Emulator.Machine;

/// <summary>Page-locked memory of the host.</summary>
internal sealed record HostMemory(nint Pointer);
