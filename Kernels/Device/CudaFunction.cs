using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>A kernel; of use as long as its module.</summary>
internal sealed unsafe class CudaFunction(CudaModule module, ICudaDriver driver, nint function, string name)
{
    /// <summary>Name of the kernel.</summary>
    internal string Name => name;

    /// <summary>Allows the kernel so many bytes of dynamic shared memory; needed beyond 48 KiB.</summary>
    internal void AllowSharedBytes(int bytes) =>
        driver.FunctionSetAttribute(function, FunctionAttribute.DynamicSharedBytesMax, bytes).Check(driver, "cuFuncSetAttribute", $"{bytes} shared bytes for {name}");

    /// <summary>What the compiler made of the kernel.</summary>
    internal int Attribute(FunctionAttribute attribute)
    {
        driver.FunctionGetAttribute(out int value, attribute, function).Check(driver, "cuFuncGetAttribute", name);
        return value;
    }

    /// <summary>Blocks of that shape which one multiprocessor runs at a time.</summary>
    internal int BlocksPerMultiprocessor(int threads, int dynamicSharedBytes)
    {
        driver.BlocksPerMultiprocessor(out int blocks, function, threads, (nuint)dynamicSharedBytes)
            .Check(driver, "cuOccupancyMaxActiveBlocksPerMultiprocessor", name);
        return blocks;
    }

    /// <summary>Asks the stream to run the kernel.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="grid">Blocks.</param>
    /// <param name="block">Threads of a block.</param>
    /// <param name="dynamicSharedBytes">Shared memory beyond what the kernel declares.</param>
    /// <param name="arguments">In the order of the kernel's parameters.</param>
    internal void Launch(CudaStream stream, Dim3 grid, Dim3 block, int dynamicSharedBytes, params ReadOnlySpan<KernelArgument> arguments)
    {
        ObjectDisposedException.ThrowIf(module.IsClosed, module);
        fixed (KernelArgument* first = arguments)
        {
            void** pointers = stackalloc void*[arguments.Length];
            for (int i = 0; i < arguments.Length; i++)
            {
                pointers[i] = first + i;
            }

            driver.Launch(function, grid, block, dynamicSharedBytes, stream.Value, pointers)
                .Check(driver, "cuLaunchKernel", $"{name}, grid {grid.X}x{grid.Y}x{grid.Z}, block {block.X}x{block.Y}x{block.Z}, {dynamicSharedBytes} shared bytes");
        }
    }
}
