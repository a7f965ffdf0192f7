using System.Runtime.InteropServices;
using System.Text;
using Preble.Emulator.Execution;
using Preble.Emulator.Lowering;
using Preble.Emulator.Memory;
using Preble.Emulator.Parsing;
using Preble.Kernels.Driver;

namespace Preble.Emulator.Machine;

/// <summary>A device and its primary context: memory, modules, work, and the error that ended it.</summary>
internal sealed unsafe class EmulatedDevice : IDisposable
{
    private const ulong FirstAddress = 0x10_0000_0000;
    private const ulong DeviceStride = 0x100_0000_0000;

    private readonly EmulatorOptions _options;
    private readonly List<Fault> _faults;
    private readonly GridRunner _runner;
    private readonly Lock _lock = new();

    internal EmulatedDevice(int index, EmulatorOptions options, List<Fault> faults)
    {
        Index = index;
        _options = options;
        _faults = faults;
        _runner = new GridRunner(options.Parallelism);
        Memory = new AddressSpace(FirstAddress + ((ulong)index * DeviceStride), (ulong)options.MemoryBytes, options.CheckInitialised, options.CheckRaces);
        DefaultStream = new EmulatedStream(this);
    }

    internal int Index { get; }

    internal AddressSpace Memory { get; }

    internal EmulatedStream DefaultStream { get; }

    /// <summary>How the context ended; success while it has not.</summary>
    internal CudaResult Broken { get; private set; }

    /// <summary>The kernel's fault that ended the context; null if none did.</summary>
    internal Fault? Fault { get; private set; }

    /// <summary>Ends the context.</summary>
    internal void Break(CudaResult result) => Broken = result;

    /// <summary>Warp instructions that all launches have run.</summary>
    internal long Instructions { get; private set; }

    /// <summary>What events tell: instructions at a fixed rate.</summary>
    internal double Milliseconds => 1000.0 * Instructions / _options.InstructionsPerSecond;

    /// <summary>Parses and lowers a module; null and a log that tells the line if that fails.</summary>
    internal EmulatedModule? Load(ReadOnlySpan<byte> text, out CudaResult result, out string log)
    {
        var regions = new List<MemoryRegion>();
        try
        {
            string source = Encoding.UTF8.GetString(text);
            PtxModule module = PtxParser.Parse(_options.Rewrite?.Invoke(source) ?? source);
            if (module.Target > _options.ComputeCapability)
            {
                (result, log) = (CudaResult.NoBinaryForGpu, $"the module is for sm_{module.Target}, the device has sm_{_options.ComputeCapability}");
                return null;
            }

            foreach (PtxVariable variable in module.Variables.Where(variable => variable.Space is PtxSpace.Global or PtxSpace.Const))
            {
                regions.Add(Place(variable) ?? throw new OutOfMemoryException());
            }

            var kernels = module.Kernels.ToDictionary(kernel => kernel.Name, KernelLowering.Lower);
            (result, log) = (CudaResult.Success, "");
            return new EmulatedModule(this, kernels, regions);
        }
        catch (PtxException e)
        {
            (result, log) = (CudaResult.InvalidPtx, e.Message);
        }
        catch (OutOfMemoryException)
        {
            (result, log) = (CudaResult.OutOfMemory, "");
        }

        regions.ForEach(region => Memory.Free(region.Start));
        return null;
    }

    internal void Unload(EmulatedModule module)
    {
        foreach (MemoryRegion region in module.Variables)
        {
            Memory.Free(region.Start);
        }
    }

    /// <summary>Null when the memory is used up.</summary>
    internal MemoryRegion? Allocate(nuint bytes)
    {
        lock (_lock)
        {
            return Memory.Allocate(bytes);
        }
    }

    /// <summary>False if nothing begins there.</summary>
    internal bool Free(ulong address)
    {
        lock (_lock)
        {
            return Memory.Free(address);
        }
    }

    /// <summary>Does work now, or records it if the stream captures.</summary>
    internal CudaResult Submit(EmulatedStream stream, Action work)
    {
        if (stream.Capture is EmulatedGraph graph)
        {
            graph.Add(stream, work);
        }
        else
        {
            lock (_lock)
            {
                work();
            }
        }

        return CudaResult.Success;
    }

    /// <summary>Runs a kernel; what it does wrong ends the context.</summary>
    internal void Run(KernelCode code, Dim3 grid, Dim3 threads, int dynamicSharedBytes, byte[] constants)
    {
        if (Broken != CudaResult.Success)
        {
            return;
        }

        var launch = new Launch(Memory.NextLaunch(), code, grid, threads, dynamicSharedBytes, constants, Memory, _options);
        Fault? fault = _runner.Run(launch);
        Instructions += launch.Instructions;
        if (fault != null)
        {
            Broken = fault.Result;
            Fault = fault;
            lock (_faults)
            {
                _faults.Add(fault);
            }
        }
    }

    /// <summary>The constants of a launch: the kernel's, with the arguments in front.</summary>
    internal static byte[] Bind(KernelCode code, void** arguments)
    {
        byte[] constants = GC.AllocateUninitializedArray<byte>(code.Constants.Length, true);
        code.Constants.CopyTo(constants, 0);
        for (int i = 0; i < code.Parameters.Count; i++)
        {
            PtxVariable parameter = code.Parameters[i];
            new ReadOnlySpan<byte>(arguments[i], parameter.Bytes).CopyTo(constants.AsSpan((int)parameter.Address));
        }

        return constants;
    }

    /// <summary>Copies between two places on the device, with what is known of each byte.</summary>
    internal void Copy(DevicePointer target, DevicePointer source, nuint bytes)
    {
        MemoryRegion? to = Memory.Find(target.Address, bytes);
        MemoryRegion? from = Memory.Find(source.Address, bytes);
        if (to == null || from == null)
        {
            Broken = CudaResult.IllegalAddress;
            return;
        }

        nuint toOffset = (nuint)(target.Address - to.Start);
        nuint fromOffset = (nuint)(source.Address - from.Start);
        NativeMemory.Copy(from.Data + fromOffset, to.Data + toOffset, bytes);
        if (to.State != null)
        {
            NativeMemory.Copy(from.State + fromOffset, to.State + toOffset, bytes);
        }
    }

    internal void CopyIn(DevicePointer target, void* source, nuint bytes)
    {
        if (Memory.Find(target.Address, bytes) is not MemoryRegion region)
        {
            Broken = CudaResult.IllegalAddress;
            return;
        }

        NativeMemory.Copy(source, region.Data + (nuint)(target.Address - region.Start), bytes);
        region.MarkWritten(target.Address, bytes);
    }

    internal void CopyOut(void* target, DevicePointer source, nuint bytes)
    {
        if (Memory.Find(source.Address, bytes) is not MemoryRegion region)
        {
            Broken = CudaResult.IllegalAddress;
            return;
        }

        NativeMemory.Copy(region.Data + (nuint)(source.Address - region.Start), target, bytes);
    }

    internal void Fill(DevicePointer target, uint value, nuint count)
    {
        if (Memory.Find(target.Address, 4 * count) is not MemoryRegion region)
        {
            Broken = CudaResult.IllegalAddress;
            return;
        }

        new Span<uint>(region.Data + (nuint)(target.Address - region.Start), (int)count).Fill(value);
        region.MarkWritten(target.Address, 4 * count);
    }

    public void Dispose()
    {
        _runner.Dispose();
        Memory.Dispose();
    }

    private MemoryRegion? Place(PtxVariable variable)
    {
        MemoryRegion? region = Memory.Allocate((ulong)variable.Bytes, $"variable {variable.Name}");
        if (region != null)
        {
            // Variables without initial values are zeros.
            new Span<byte>(region.Data, variable.Bytes).Clear();
            variable.Initial?.CopyTo(new Span<byte>(region.Data, variable.Bytes));
            region.MarkWritten(region.Start, (nuint)variable.Bytes);
            variable.Address = region.Start;
        }

        return region;
    }
}
