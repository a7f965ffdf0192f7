namespace Preble.Engine.Cpu;

/// <summary>Work in independent items. Which lane runs an item must not change its result.</summary>
internal abstract class ParallelJob
{
    /// <summary>Runs item <paramref name="item"/> on lane <paramref name="lane"/>, whose scratch it may use.</summary>
    internal abstract void Run(int item, int lane);
}
