namespace Preble.Emulator.Execution;

/// <summary>Ends a launch.</summary>
internal sealed class FaultException(Fault fault) : Exception(fault.ToString())
{
    internal Fault Fault => fault;
}
