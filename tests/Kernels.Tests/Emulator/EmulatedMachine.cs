using Preble.Emulator;
using Preble.Emulator.Execution;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Tests.Emulator;

/// <summary>An emulated device with a stream, and short ways to run a kernel on arrays.</summary>
internal sealed unsafe class EmulatedMachine : IDisposable
{
    private const string Header = ".version 8.0\n.target sm_80\n.address_size 64\n";

    private readonly List<IDisposable> _owned = [];

    internal EmulatedMachine(EmulatorOptions? options = null)
    {
        Driver = new PtxEmulator(options ?? new EmulatorOptions { Parallelism = 1 });
        Driver.Init();
        Device = Own(new CudaDevice(Driver, 0));
        Stream = Own(new CudaStream(Device));
    }

    internal PtxEmulator Driver { get; }

    internal CudaDevice Device { get; }

    internal CudaStream Stream { get; }

    /// <summary>The only fault.</summary>
    internal Fault Fault => Driver.Faults.Should().ContainSingle().Subject;

    /// <summary>A kernel named <c>k</c> of that text; its first line is line 4.</summary>
    internal CudaFunction Kernel(string body) => Own(new CudaModule(Device, "test", Header + body)).Function("k");

    /// <summary>A kernel with pointers as its only arguments, %rd0 to %rd7 in global memory, and registers of each kind declared.</summary>
    internal CudaFunction Kernel(int pointers, string body) => Kernel(
        $".visible .entry k({string.Join(", ", Enumerable.Range(0, pointers).Select(i => $".param .u64 p{i}"))}) {{ "
        + ".reg .pred %p<8>; .reg .b16 %h<16>; .reg .b32 %r<32>; .reg .f32 %f<32>; .reg .b64 %rd<32>; .reg .f64 %d<16>; "
        + string.Concat(Enumerable.Range(0, pointers).Select(i => $"ld.param.u64 %rd{i}, [p{i}]; ")) + "mov.u32 %r0, %tid.x; mul.wide.u32 %rd8, %r0, 4;\n"
        + body + "\nret; }");

    internal DeviceMemory Upload<T>(params T[] values)
        where T : unmanaged
    {
        DeviceMemory memory = Allocate(Math.Max(values.Length, 1) * sizeof(T));
        fixed (T* source = values)
        {
            Stream.CopyToDevice(memory.Pointer, source, values.Length * sizeof(T));
        }

        return memory;
    }

    internal DeviceMemory Allocate(long bytes) => Own(new DeviceMemory(Device, bytes));

    internal T[] Download<T>(DeviceMemory memory)
        where T : unmanaged
    {
        T[] values = new T[memory.Bytes / sizeof(T)];
        fixed (T* target = values)
        {
            Stream.CopyToHost(target, memory.Pointer, values.Length * sizeof(T));
        }

        Stream.Synchronize();
        return values;
    }

    /// <summary>Runs with one block of 32 threads unless told otherwise.</summary>
    internal void Run(CudaFunction kernel, DeviceMemory[] pointers, int threads = 32, int blocks = 1, int shared = 0) =>
        kernel.Launch(Stream, new Dim3(blocks), new Dim3(threads), shared, [.. pointers.Select(pointer => (KernelArgument)pointer.Pointer)]);

    /// <summary>What the driver answers when it is asked how the work went.</summary>
    internal CudaResult Outcome() => Driver.StreamSynchronize(Stream.Value);

    public void Dispose()
    {
        for (int i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }

        Driver.Dispose();
    }

    private T Own<T>(T value)
        where T : IDisposable
    {
        _owned.Add(value);
        return value;
    }
}
