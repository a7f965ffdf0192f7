namespace Preble.Emulator.Ops;

/// <summary>What an atomic instruction makes of the old value.</summary>
internal interface IUpdate<T>
    where T : unmanaged
{
    static abstract T Run(T old, T operand, T other);
}
