using Preble.Engine.Cpu;
using Preble.Engine.Models;
using Preble.Engine.Tests.Support;

namespace Preble.Engine.Tests.Cpu;

public sealed class RotaryTableTests
{
    /// <summary>Workers share the table of their model: one must not find a part of what another is still making.</summary>
    [Fact]
    public async Task WhoeverElsePreparesEveryPositionIsThereAfterwards()
    {
        ModelConfig config = ModelConfig.Load(Demo.Folder);
        int end = config.ContextTokensMax;
        using var expected = new RotaryTable(config);
        expected.Prepare(end);
        RotaryTable[] tables = [.. Enumerable.Range(0, 500).Select(_ => new RotaryTable(config))];
        using var start = new Barrier(2);
        Task[] workers = [.. Enumerable.Range(0, start.ParticipantCount).Select(_ => Task.Factory.StartNew(
            () =>
            {
                try
                {
                    foreach (RotaryTable table in tables)
                    {
                        start.SignalAndWait();
                        table.Prepare(end);
                        for (int position = 0; position < end; position += 97)
                        {
                            Row(table, position).SequenceEqual(Row(expected, position)).Should().BeTrue("position {0}", position);
                        }
                    }
                }
                finally
                {
                    start.RemoveParticipant();
                }
            },
            TaskCreationOptions.LongRunning))];
        await Task.WhenAll(workers);
        Array.ForEach(tables, table => table.Dispose());

        unsafe ReadOnlySpan<float> Row(RotaryTable table, int position) => new(table.Cosines(position), config.HeadDim);
    }
}
