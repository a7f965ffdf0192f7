using Preble.Engine.Cpu;
using Preble.Kernels.Driver;

namespace Preble.Silo.Engines;

/// <summary>Chooses what the workers of this silo compute on.</summary>
internal static class EngineFleets
{
    /// <summary>Values of <see cref="PrebleOptions.Device"/>.</summary>
    public static readonly string[] Devices = ["auto", "cpu", "cuda"];

    /// <summary>
    /// GPUs where there are some that can serve the model, else the CPU; or what the options say. What is wrong with the model throws what its loading
    /// throws.
    /// </summary>
    /// <exception cref="StartupException">What the options say cannot be.</exception>
    public static IEngineFleet Load(PrebleOptions options, SiloIdentity silo, string folder, CudaDriverSource drivers)
    {
        string note = "";
        if (silo.IsWorker && options.Device != "cpu")
        {
            bool found = drivers(out ICudaDriver? driver, out string reason);
            if (!found && options.Device == "cuda")
            {
                throw new StartupException($"Preble:Device is cuda, but {reason}.");
            }

            if (found && (options.Device == "cuda" || (driver!.DeviceCount(out int devices) == CudaResult.Success && devices > 0)))
            {
                try
                {
                    return CudaFleet.Load(options, folder, driver!);
                }
                catch (StartupException exception) when (options.Device == "auto" && options.WorkerCount is null)
                {
                    note = $"The CPU computes. {exception.Message}";
                }
            }
        }

        CpuModel model = CpuModel.Load(folder, new CpuOptions { KernelSet = options.KernelSet });
        return new CpuFleet(options, model, silo.IsWorker, note.Length > 0 ? [note] : []);
    }
}
