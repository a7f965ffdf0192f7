using Preble.Emulator.Execution;

namespace Preble.Emulator.Machine;

/// <summary>Runs the blocks of a launch, several at a time on as many threads of the host.</summary>
internal sealed unsafe class GridRunner(int parallelism) : IDisposable
{
    private readonly Block[] _blocks = [.. Enumerable.Range(0, Math.Max(parallelism, 1)).Select(_ => new Block())];

    /// <summary>The report of the first block that did something wrong, or null.</summary>
    internal Fault? Run(Launch launch)
    {
        byte[] constants = launch.Constants;
        var faults = new FaultException?[_blocks.Length];
        long next = 0;
        fixed (Instruction* pinned = launch.Code.Instructions)
        fixed (byte* bytes = constants)
        {
            Instruction* code = pinned;
            byte* values = bytes;
            void Work(int index)
            {
                try
                {
                    Block block = _blocks[index];
                    block.Begin(launch, code, values);
                    for (long number = Interlocked.Increment(ref next) - 1; number < launch.BlockCount && !launch.Stopped; number = Interlocked.Increment(ref next) - 1)
                    {
                        block.Run(number);
                    }
                }
                catch (FaultException e)
                {
                    faults[index] = e;
                    launch.Stopped = true;
                }
            }

            int workers = (int)Math.Min(_blocks.Length, launch.BlockCount);
            if (workers == 1)
            {
                Work(0);
            }
            else
            {
                Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, Work);
            }
        }

        return faults.OfType<FaultException>().FirstOrDefault()?.Fault;
    }

    public void Dispose()
    {
        foreach (Block block in _blocks)
        {
            block.Dispose();
        }
    }
}
