using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>Copies pages of all layers, to move prefixes between workers or out of the device's way.</summary>
internal sealed class PageCopyOp : IDisposable
{
    private const int Threads = 256;
    private const int WordsPerThread = 4;
    private readonly KernelModule _module;
    private readonly CudaFunction _gather;
    private readonly CudaFunction _scatter;
    private readonly CudaFunction _move;

    internal PageCopyOp(CudaDevice device)
    {
        _module = new KernelModule(device, "page_copy");
        _gather = _module.Function("page_gather");
        _scatter = _module.Function("page_scatter");
        _move = _module.Function("page_move");
    }

    /// <summary>Copies pages to a buffer, page after page with all its layers.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="pages">int32 [count]: ids of the pages.</param>
    /// <param name="count">None launches nothing.</param>
    /// <param name="pool">Page 0 of layer 0.</param>
    /// <param name="layerBytes">From a layer to the next.</param>
    /// <param name="pageBytes">Size of a page of one layer, a multiple of 16.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="buffer">[count, layers, pageBytes]</param>
    internal void Gather(CudaStream stream, DevicePointer pages, int count, DevicePointer pool, long layerBytes, long pageBytes, int layers, DevicePointer buffer) =>
        Launch(_gather, stream, count, pageBytes, layers, pages, pool, layerBytes, pageBytes, buffer);

    /// <summary>The way back: copies a buffer to pages.</summary>
    internal void Scatter(CudaStream stream, DevicePointer pages, int count, DevicePointer pool, long layerBytes, long pageBytes, int layers, DevicePointer buffer) =>
        Launch(_scatter, stream, count, pageBytes, layers, pages, pool, layerBytes, pageBytes, buffer);

    /// <summary>Copies pages to other pages.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="sources">int32 [count]</param>
    /// <param name="targets">int32 [count]; no page is there twice, nor among the sources.</param>
    /// <param name="count">None launches nothing.</param>
    /// <param name="pool">Page 0 of layer 0.</param>
    /// <param name="layerBytes">From a layer to the next.</param>
    /// <param name="pageBytes">Size of a page of one layer, a multiple of 16.</param>
    /// <param name="layers">Number of layers.</param>
    internal void Move(CudaStream stream, DevicePointer sources, DevicePointer targets, int count, DevicePointer pool, long layerBytes, long pageBytes, int layers) =>
        Launch(_move, stream, count, pageBytes, layers, sources, targets, pool, layerBytes, pageBytes);

    /// <inheritdoc/>
    public void Dispose() => _module.Dispose();

    private static void Launch(CudaFunction function, CudaStream stream, int count, long pageBytes, int layers, params ReadOnlySpan<KernelArgument> arguments)
    {
        KernelModule.CheckMultiple(checked((int)pageBytes), KernelModule.VectorBytes, "The size of a page");
        if (count > 0)
        {
            int blocks = KernelModule.CeilingOf((int)pageBytes / KernelModule.VectorBytes, Threads * WordsPerThread);
            function.Launch(stream, new Dim3(blocks, count, layers), new Dim3(Threads), 0, arguments);
        }
    }
}
