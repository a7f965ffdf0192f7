namespace Preble.Engine.Cpu;

/// <summary>A job over the rows of a slab, a few rows an item, so that small steps stay on the calling thread.</summary>
internal abstract class RowsJob : ParallelJob
{
    private const int ItemRows = 8;

    private int _rows;

    internal void Run(ThreadTeam team, int rows)
    {
        _rows = rows;
        team.Run(this, (rows + ItemRows - 1) / ItemRows);
    }

    internal sealed override void Run(int item, int lane)
    {
        int end = Math.Min(_rows, (item + 1) * ItemRows);
        for (int row = item * ItemRows; row < end; row++)
        {
            RunRow(row, lane);
        }
    }

    private protected abstract void RunRow(int row, int lane);
}
