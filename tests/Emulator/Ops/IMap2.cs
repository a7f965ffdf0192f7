namespace Preble.Emulator.Ops;

/// <summary>What an instruction makes of two values of a lane.</summary>
internal interface IMap2<TD, TA, TB>
{
    static abstract TD Run(TA a, TB b);
}
