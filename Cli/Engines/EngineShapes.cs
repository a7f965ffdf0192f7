using Preble.Engine.Diagnostics;

namespace Preble.Cli.Engines;

/// <summary>Shapes of models that are measured with random weights.</summary>
internal static class EngineShapes
{
    /// <summary>The bundled model's.</summary>
    public static RandomModelShape Demo { get; } = new()
    {
        VocabularySize = 768,
        HiddenSize = 192,
        IntermediateSize = 512,
        Layers = 4,
        Heads = 6,
        KeyValueHeads = 2,
        HeadDim = 32,
        ContextTokensMax = 1024,
        TiedEmbeddings = true,
    };

    /// <summary>162 million parameters, which no cache of a CPU holds.</summary>
    public static RandomModelShape Small { get; } = new()
    {
        VocabularySize = 32_000,
        HiddenSize = 1024,
        IntermediateSize = 2816,
        Layers = 12,
        Heads = 16,
        KeyValueHeads = 4,
        HeadDim = 64,
        ContextTokensMax = 4096,
        TiedEmbeddings = true,
    };

    /// <summary>Llama 3.2 1B's.</summary>
    public static RandomModelShape Llama1B { get; } = new()
    {
        VocabularySize = 128_256,
        HiddenSize = 2048,
        IntermediateSize = 8192,
        Layers = 16,
        Heads = 32,
        KeyValueHeads = 8,
        HeadDim = 64,
        ContextTokensMax = 16_384,
        TiedEmbeddings = true,
    };

    /// <summary>Llama 3.1 8B's.</summary>
    public static RandomModelShape Llama8B { get; } = new()
    {
        VocabularySize = 128_256,
        HiddenSize = 4096,
        IntermediateSize = 14_336,
        Layers = 32,
        Heads = 32,
        KeyValueHeads = 8,
        HeadDim = 128,
        ContextTokensMax = 16_384,
    };

    /// <summary>Largest model whose random weights go through a file, as a CPU's do.</summary>
    public const long ParametersOfFileMax = 2_000_000_000;

    private static readonly Dictionary<string, RandomModelShape> ByName = new() { ["demo"] = Demo, ["160m"] = Small, ["llama-1b"] = Llama1B, ["llama-8b"] = Llama8B };

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>Those whose random weights go through a file.</summary>
    public static IEnumerable<string> NamesOfFiles => Names.Where(name => Get(name).LayerParameters <= ParametersOfFileMax);

    public static RandomModelShape Get(string name) => ByName[name];
}
