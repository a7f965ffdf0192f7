namespace Preble.Emulator.Ops;

/// <summary>What an instruction makes of three values of a lane.</summary>
internal interface IMap3<TD, TA, TB, TC>
{
    static abstract TD Run(TA a, TB b, TC c);
}
