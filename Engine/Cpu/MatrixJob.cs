using Preble.Engine.Compute;

namespace Preble.Engine.Cpu;

/// <summary>
/// A matrix product, cut into blocks of rows and panels. Blocks of the same panels follow each other, so that weights come from memory once.
/// </summary>
internal sealed unsafe class MatrixJob(KernelSet kernels, Workspace work) : ParallelJob
{
    /// <summary>Items that each lane should get, so that none waits long for the last.</summary>
    private const int ItemsPerLane = 4;

    private MatrixProduct _product;
    private int _rowBlocks;
    private int _panels;

    internal void Run(ThreadTeam team, in MatrixProduct product)
    {
        _product = product;
        _rowBlocks = (product.Rows + KernelSet.BlockRowsMax - 1) / KernelSet.BlockRowsMax;
        int share = product.Matrix.Panels / (team.Lanes * ItemsPerLane * _rowBlocks);
        _panels = Math.Max(1, share / KernelSet.GroupPanelsMax) * KernelSet.GroupPanelsMax;
        team.Run(this, _rowBlocks * ((product.Matrix.Panels + _panels - 1) / _panels));
    }

    internal override void Run(int item, int lane)
    {
        int block = item % _rowBlocks;
        int panel = item / _rowBlocks * _panels;
        int row = (int)((long)_product.Rows * block / _rowBlocks);
        int rows = (int)((long)_product.Rows * (block + 1) / _rowBlocks) - row;
        kernels.Multiply(_product, row, rows, panel, Math.Min(_panels, _product.Matrix.Panels - panel), work.Scratch(lane));
    }
}
