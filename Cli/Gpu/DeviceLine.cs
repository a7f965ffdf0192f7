using System.Text.Json;
using Preble.Kernels.Device;

namespace Preble.Cli.Gpu;

/// <summary>Which card results are from.</summary>
/// <param name="Name">Of the card.</param>
/// <param name="ComputeCapability">10 * major + minor.</param>
/// <param name="DriverVersion">Of CUDA that the driver is for: 1000 * major + 10 * minor.</param>
internal sealed record DeviceLine(string Name, int ComputeCapability, int DriverVersion)
{
    private string Capability => $"{ComputeCapability / 10}.{ComputeCapability % 10}";

    private string Cuda => $"{DriverVersion / 1000}.{DriverVersion % 1000 / 10}";

    public static DeviceLine Of(CudaDevice device)
    {
        device.Driver.DriverVersion(out int version);
        return new DeviceLine(device.Name, device.ComputeCapability, version);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("device", Name);
        json.WriteString("compute_capability", Capability);
        json.WriteString("cuda", Cuda);
    }

    public override string ToString() => $"{Name}, compute capability {Capability}, driver for CUDA {Cuda}";
}
