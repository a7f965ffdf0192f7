namespace Preble.Emulator.Ops;

/// <summary>What an instruction makes of one value of a lane.</summary>
internal interface IMap1<TD, TA>
{
    static abstract TD Run(TA a);
}
