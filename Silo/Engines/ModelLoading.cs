using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Preble.Engine.Text;
using Preble.Engine.Weights;
using Preble.Kernels.Driver;
using Preble.Silo.Gateway;

namespace Preble.Silo.Engines;

/// <summary>Loads the model that the options name and makes it known to gateway and engines.</summary>
internal static class ModelLoading
{
    private const string Bundled = "models/demo";

    public static void AddModel(this WebApplicationBuilder builder, PrebleOptions options)
    {
        // What it reads and says does not wait for the host to be built; whoever tests with GPUs of his own replaces them before.
        builder.Services.TryAddSingleton<CudaDriverSource>(_ => LibCuda.TryLoad);
        builder.Services.AddSingleton(services => new Lazy<(ServedModel Served, IEngineFleet Fleet)>(
            () => Load(options, services.GetRequiredService<SiloIdentity>(), services.GetRequiredService<CudaDriverSource>(), TimeProvider.System)));
        builder.Services.AddSingleton(services => services.GetRequiredService<Lazy<(ServedModel Served, IEngineFleet Fleet)>>().Value.Served);
        builder.Services.AddSingleton(services => services.GetRequiredService<Lazy<(ServedModel Served, IEngineFleet Fleet)>>().Value.Fleet);
    }

    /// <summary>Loads everything of the folder; whatever is missing or wrong ends the start with a message that names the file.</summary>
    public static (ServedModel Served, IEngineFleet Fleet) Load(PrebleOptions options, SiloIdentity silo, CudaDriverSource drivers, TimeProvider clock)
    {
        string folder = options.Model.Length > 0 ? Path.GetFullPath(options.Model) : Path.Combine(AppContext.BaseDirectory, Bundled);
        if (!Directory.Exists(folder))
        {
            throw new StartupException(
                $"The model folder {folder} does not exist or is no folder; Preble:Model must name a folder with config.json, tokenizer.json and safetensors.");
        }

        string name = options.ModelName.Length > 0 ? options.ModelName : Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        try
        {
            Tokenizer tokenizer = Tokenizer.Load(folder);
            TokenizerConfig texts = TokenizerConfig.Load(folder);
            GenerationDefaults defaults = GenerationDefaults.Load(folder);
            IEngineFleet fleet = EngineFleets.Load(options, silo, folder, drivers);
            if (tokenizer.VocabularySize > fleet.Config.VocabularySize)
            {
                fleet.Dispose();
                throw new StartupException(
                    $"{folder}: tokenizer.json has ids up to {tokenizer.VocabularySize - 1}, but config.json says vocab_size {fleet.Config.VocabularySize}.");
            }

            var served = new ServedModel(name, fleet.Config, tokenizer, texts, defaults, fleet.ContextTokensMax, options.PageTokens, Secret(options), clock);
            return (served, fleet);
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            throw new StartupException($"The model in {folder} cannot be served: {exception.Message}");
        }
    }

    private static bool IsExpected(Exception exception) =>
        exception is ModelFormatException or TokenizerFormatException or ChatTemplateException
            or IOException or UnauthorizedAccessException or ArgumentException or PlatformNotSupportedException;

    private static ulong Secret(PrebleOptions options) => options.ClusterSecret.Length > 0
        ? BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(options.ClusterSecret)))
        : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}
