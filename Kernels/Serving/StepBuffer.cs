using Preble.Core.Serving;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Serving;

/// <summary>What the host tells the device of a step: written here, brought over by one copy. The layout is <see cref="StepShape"/>'s.</summary>
internal sealed unsafe class StepBuffer : IDisposable
{
    private readonly Owned _owned = new();
    private readonly PinnedMemory _host;
    private readonly DeviceMemory _device;
    private readonly int _pageTokens;
    private readonly int _vocabulary;

    internal StepBuffer(CudaDevice device, StepLimits limits, int pageTokens, int vocabulary)
    {
        long bytes = StepShape.IntsMax(limits) * sizeof(int);
        _pageTokens = pageTokens;
        _vocabulary = vocabulary;
        try
        {
            _host = _owned.Add(new PinnedMemory(device, bytes));
            _device = _owned.Add(new DeviceMemory(device, bytes));
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    private int* Host => (int*)_host.Pointer;

    /// <summary>Where on the device something stands that the layout puts there.</summary>
    internal DevicePointer At(int offset) => _device.Pointer + ((long)offset * sizeof(int));

    /// <summary>Writes a step and asks for its copy.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="plan">What of it.</param>
    /// <param name="shape">The plan's own, or without chunks a larger one: then rows behind the plan's are padding.</param>
    internal void Upload(CudaStream stream, ReadOnlySpan<BatchEntry> batch, StepPlan plan, in StepShape shape)
    {
        int row = 0, decode = 0, prefill = 0, wanted = 0, adjustments = 0, parts = 0, page = shape.PageList;
        foreach (ref readonly StepPart part in plan.Parts)
        {
            ref readonly BatchEntry entry = ref batch[part.Entry];
            int contextStart = entry.Start + part.Offset, contextEnd = contextStart + part.Count;
            WriteRows(entry, part, shape, row);
            if (part.IsDecode)
            {
                WriteEntry(shape, decode, row, parts, contextStart, page);
                int own = AttentionDecodeOp.Parts(contextEnd);
                new Span<int>(Host + shape.PartList + 1 + parts, own).Fill(decode++);
                parts += own;
            }
            else
            {
                WriteEntry(shape, shape.Decodes + prefill++, row, part.Count, contextStart, page);
            }

            int pages = (contextEnd + _pageTokens - 1) / _pageTokens;
            entry.Pages.Span[..pages].CopyTo(new Span<int>(Host + page, pages));
            page += pages;
            row += part.Count;
            if (part.IsWanted)
            {
                int rowOfLogits = shape.Gathers ? wanted++ : row - 1;
                Host[shape.Gather + rowOfLogits] = row - 1;
                adjustments += WriteChoice(entry.Choice ?? TokenChoice.Greedy, shape, rowOfLogits, adjustments);
            }
        }

        Host[shape.PartList] = parts;
        for (; row < shape.Tokens; row++)
        {
            // Of a decode without parts nothing is asked.
            (Host[row], Host[shape.Positions + row], Host[shape.Slots + row]) = (0, 0, -1);
        }

        stream.CopyToDevice(_device.Pointer, Host, (shape.Adjustments + (adjustments * 4L)) * sizeof(int));
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();

    private void WriteRows(in BatchEntry entry, in StepPart part, in StepShape shape, int row)
    {
        ReadOnlySpan<int> pages = entry.Pages.Span;
        entry.Tokens.Span.Slice(part.Offset, part.Count).CopyTo(new Span<int>(Host + row, part.Count));
        int position = entry.Start + part.Offset;
        for (int i = 0; i < part.Count; i++, position++)
        {
            Host[shape.Positions + row + i] = position;
            Host[shape.Slots + row + i] = (pages[position / _pageTokens] * _pageTokens) + (position % _pageTokens);
        }
    }

    /// <summary>An entry of attention; the second number is a chunk's tokens or a decode's first part.</summary>
    private void WriteEntry(in StepShape shape, int index, int firstRow, int second, int contextStart, int firstPage)
    {
        int* entry = Host + shape.EntriesAt + (4 * index);
        (entry[0], entry[1], entry[2], entry[3]) = (firstRow, second, contextStart, firstPage);
    }

    /// <summary>Returns how many adjustments the row has.</summary>
    private int WriteChoice(in TokenChoice choice, in StepShape shape, int row, int first)
    {
        var target = (TokenAdjustment*)(Host + shape.Adjustments) + first;
        int count = 0;
        foreach (TokenAdjustment adjustment in choice.Adjustments.Span)
        {
            if ((uint)adjustment.Token < (uint)_vocabulary)
            {
                target[count++] = adjustment;
            }
        }

        ((SampleChoice*)(Host + shape.Choices))[row] = new SampleChoice
        {
            Uniform = choice.Uniform,
            TopP = choice.TopP,
            Temperature = (float)choice.Temperature,
            MinP = (float)choice.MinP,
            TopK = Math.Max(0, choice.TopK),
            AdjustmentFirst = first,
            AdjustmentCount = count,
        };
        return count;
    }
}
