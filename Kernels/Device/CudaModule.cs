using System.Text;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>Kernels of one PTX file, compiled for the device.</summary>
internal sealed class CudaModule : CudaHandle
{
    /// <summary>Compiles; a failure tells the compiler's log.</summary>
    /// <param name="device">For which.</param>
    /// <param name="name">Of the file, for messages.</param>
    /// <param name="ptx">Its text.</param>
    internal CudaModule(CudaDevice device, string name, string ptx)
        : base(device)
    {
        Name = name;
        byte[] text = new byte[Encoding.UTF8.GetByteCount(ptx) + 1];
        Encoding.UTF8.GetBytes(ptx, text);
        CudaResult result = Driver.ModuleLoad(out nint module, text, out string log);
        result.Check(Driver, "cuModuleLoadDataEx", log.Length == 0 ? name : $"{name}: {log.Trim()}");
        Own(module);
    }

    /// <summary>Of the file.</summary>
    internal string Name { get; }

    /// <summary>A kernel by its name.</summary>
    internal CudaFunction Function(string name)
    {
        Driver.ModuleFunction(out nint function, Value, name).Check(Driver, "cuModuleGetFunction", $"{name} of {Name}");
        return new CudaFunction(this, Driver, function, name);
    }

    private protected override CudaResult Free() => Driver.ModuleUnload(handle);
}
