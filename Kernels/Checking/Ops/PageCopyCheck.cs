using Preble.Kernels.Driver;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Checking.Ops;

/// <summary>Pages of all layers into a buffer [page, layer, bytes], back, and from page to page: exact, and no other page touched.</summary>
internal static class PageCopyCheck
{
    private enum Direction
    {
        Gather,
        Scatter,
        Move,
    }

    internal static IEnumerable<CheckCase> Cases(CheckSize size, Values chance)
    {
        foreach (Direction direction in Enum.GetValues<Direction>())
        {
            yield return Case(direction, 1, 4, 1, 2048);
            yield return Case(direction, 5, 17, 3, 16);
            yield return Case(direction, 2, 6, 4, 4096 + 16);
            yield return Case(direction, 1 + chance.Below(8), 20, 1 + chance.Below(4), 16 * (1 + chance.Below(500)));
            if (size == CheckSize.Large)
            {
                yield return Case(direction, 256, 1000, 32, 65_536);
            }
        }
    }

    private static CheckCase Case(Direction direction, int count, int poolPages, int layers, int pageBytes) =>
        new("page-copy", $"{direction.ToString().ToLowerInvariant()} {count} of {poolPages} pages, {layers} layers, {pageBytes} bytes", run =>
            Check(run, direction, count, poolPages, layers, pageBytes));

    private static void Check(CheckRun run, Direction direction, int count, int poolPages, int layers, int pageBytes)
    {
        // Layers are a page further apart than they need be: the stride is the caller's.
        int words = pageBytes / sizeof(ushort);
        long layerWords = (poolPages + 1L) * words;
        int[] order = run.Values.Shuffled(poolPages);
        (int[] some, int[] others) = (order[..count], order[count..(2 * count)]);
        ushort[] pool = run.Values.Bf16s(layers * layerWords);
        ushort[] buffer = run.Values.Bf16s((long)count * layers * words);
        ushort[] wanted = [.. direction == Direction.Gather ? buffer : pool];
        for (int layer = 0; layer < layers; layer++)
        {
            for (int i = 0; i < count; i++)
            {
                Span<ushort> InPool(ushort[] all, int page) => all.AsSpan((int)((layer * layerWords) + (page * (long)words)), words);
                Span<ushort> InBuffer(ushort[] all) => all.AsSpan(((i * layers) + layer) * words, words);
                Span<ushort> source = direction == Direction.Scatter ? InBuffer(buffer) : InPool(pool, some[i]);
                source.CopyTo(direction switch { Direction.Gather => InBuffer(wanted), Direction.Scatter => InPool(wanted, some[i]), _ => InPool(wanted, others[i]) });
            }
        }

        DevicePointer pages = run.Input("pages", some).Pointer;
        CheckedArray<ushort> target = direction == Direction.Gather ? run.Output<ushort>("buffer", buffer.Length) : run.Changed("pool", pool);
        long layerBytes = layerWords * sizeof(ushort);
        PageCopyOp copy = run.Op(device => new PageCopyOp(device));
        switch (direction)
        {
            case Direction.Gather:
                copy.Gather(run.Stream, pages, count, run.Input("pool", pool).Pointer, layerBytes, pageBytes, layers, target.Pointer);
                break;
            case Direction.Scatter:
                copy.Scatter(run.Stream, pages, count, target.Pointer, layerBytes, pageBytes, layers, run.Input("buffer", buffer).Pointer);
                break;
            default:
                copy.Move(run.Stream, pages, run.Input("targets", others).Pointer, count, target.Pointer, layerBytes, pageBytes, layers);
                break;
        }

        run.Exact<ushort>("all pages", target.Read(), wanted);
    }
}
