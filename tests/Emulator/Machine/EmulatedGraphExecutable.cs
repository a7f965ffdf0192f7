namespace Preble.Emulator.Machine;

/// <summary>Recorded work that can be done again and again.</summary>
internal sealed class EmulatedGraphExecutable(EmulatedGraph graph) : DeviceObject(graph.Device)
{
    private readonly Action[] _work = [.. graph.Work];

    /// <summary>Does it all.</summary>
    internal void Run()
    {
        foreach (Action work in _work)
        {
            work();
        }
    }
}
