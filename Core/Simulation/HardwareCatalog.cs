namespace Preble.Core.Simulation;

/// <summary>The kinds of hardware that have a name.</summary>
public static class HardwareCatalog
{
    /// <summary>What is simulated when nothing else is said.</summary>
    public const string Default = "a100-llama3-8b";

    /// <summary>Every name that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [Default, "a6000-mistral-7b", "a100-mistral-7b", "h100-llama3-70b", "a100-llama3-70b"];

    /// <exception cref="ArgumentException">There is no such hardware; the message lists what there is.</exception>
    public static Hardware Create(string name) => name switch
    {
        Default => OfRates(name, new WorkerRates(66.7e-6, 1.92e-9, 0.010, 30e-6, 6.5e-8), 400_000),

        // 26 GB of key-value memory at 131,072 bytes a token, as in Preble's code.
        "a6000-mistral-7b" => OfTiming(name, new MistralA6000Timing(), 198_516),

        // 80 GB less the weights and a tenth: about 52 GB.
        "a100-mistral-7b" => OfTiming(name, new MistralA100Timing(), 400_000),

        // Four cards a worker: 320 GB less 141 GB of weights and a tenth, at 327,680 bytes a token.
        "h100-llama3-70b" => OfTiming(name, new LlamaSeventyTiming(18.667307208113755, 0.0798791064, 2.68531603e-3, 7.44344923e-7, 4 * 3.35e12), 400_000),
        "a100-llama3-70b" => OfTiming(name, new LlamaSeventyTiming(28.931389307785594, 0.182233431, 4.00365142e-3, 2.55050069e-6, 4 * 2.039e12), 400_000),
        _ => throw new ArgumentException($"There is no hardware '{name}'. Allowed: {string.Join(", ", Names)}, or a JSON file of rates."),
    };

    /// <summary>Hardware whose steps take exactly as long as its rates say.</summary>
    public static Hardware OfRates(string name, WorkerRates rates, int kvTokens) => new(name, rates, kvTokens, new RateTiming(rates));

    private static Hardware OfTiming(string name, IStepTiming timing, int kvTokens) => new(name, RateFit.Of(timing), kvTokens, timing);
}
