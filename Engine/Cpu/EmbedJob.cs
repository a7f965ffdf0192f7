namespace Preble.Engine.Cpu;

/// <summary>Looks up the embedding of each row's token.</summary>
internal sealed unsafe class EmbedJob(CpuModel model, Slab slab, Workspace work) : RowsJob
{
    private protected override void RunRow(int row, int lane) =>
        model.Embedding.CopyColumn(slab.Tokens[row], work.Hidden + ((long)row * work.HiddenStride));
}
