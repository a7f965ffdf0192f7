using Preble.Engine.Compute;

namespace Preble.Engine.Cpu;

/// <summary>RMSNorm of the residual stream.</summary>
internal sealed unsafe class NormaliseJob(CpuModel model, Workspace work) : RowsJob
{
    private float* _gain;

    internal void Run(ThreadTeam team, AlignedMemory gain, int rows)
    {
        _gain = gain.Floats;
        Run(team, rows);
    }

    private protected override void RunRow(int row, int lane)
    {
        long offset = (long)row * work.HiddenStride;
        model.Kernels.Normalise(work.Hidden + offset, _gain, model.Config.HiddenSize, model.Config.RmsEpsilon, work.Normalised + offset);
    }
}
