using System.Globalization;

namespace Preble.Core.Workloads;

/// <summary>
/// Writes any workload in Mooncake's form, so that other systems can be driven with it. Sharing is kept to whole blocks, as in every such trace; that a request
/// waits for the one before it (<see cref="WorkloadRequest.After"/>) is not.
/// </summary>
public static class MooncakeWriter
{
    /// <summary>Writes a line for each request.</summary>
    /// <param name="workload">Whose prompts become blocks.</param>
    /// <param name="lines">Receives them, each ended by a line feed; not closed.</param>
    /// <param name="blockTokens">Tokens in a block, from 1 to <see cref="MooncakeOptions.BlockTokensMax"/>.</param>
    public static void Write(Workload workload, TextWriter lines, int blockTokens = MooncakeOptions.PublishedBlockTokens)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockTokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blockTokens, MooncakeOptions.BlockTokensMax);
        var ids = new Dictionary<ulong, int>();
        var blocks = new List<int>();
        foreach (WorkloadRequest request in workload.Requests)
        {
            blocks.Clear();
            AddBlocks(request.Prompt.Span, blockTokens, ids, blocks);
            string times = string.Create(CultureInfo.InvariantCulture, $"\"timestamp\": {request.Arrival.TotalMilliseconds:0.####}");
            string lengths = string.Create(CultureInfo.InvariantCulture, $"\"input_length\": {request.PromptTokens}, \"output_length\": {request.Output.Tokens}");
            lines.Write($"{{{times}, {lengths}, \"hash_ids\": [{string.Join(", ", blocks)}]}}\n");
        }
    }

    /// <summary>Numbers the blocks of a prompt: a block has the number of an earlier one that has the same tokens, behind the same tokens.</summary>
    private static void AddBlocks(ReadOnlySpan<PromptSegment> prompt, int blockTokens, Dictionary<ulong, int> ids, List<int> blocks)
    {
        ulong chain = 0;
        int room = blockTokens;
        foreach (PromptSegment segment in prompt)
        {
            for (int offset = 0, taken; offset < segment.Tokens; offset += taken)
            {
                taken = Math.Min(room, segment.Tokens - offset);
                chain = WorkloadRandom.Mix(WorkloadRandom.Mix(chain ^ segment.Content) ^ (((ulong)offset << 32) | (uint)taken));
                room -= taken;
                if (room == 0)
                {
                    blocks.Add(Number(chain, ids));
                    room = blockTokens;
                }
            }
        }

        if (room < blockTokens)
        {
            blocks.Add(Number(chain, ids));
        }
    }

    private static int Number(ulong chain, Dictionary<ulong, int> ids)
    {
        if (!ids.TryGetValue(chain, out int id))
        {
            id = ids.Count;
            ids.Add(chain, id);
        }

        return id;
    }
}
