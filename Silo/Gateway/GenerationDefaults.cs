using System.Text.Json;
using Preble.Engine.Sampling;

namespace Preble.Silo.Gateway;

/// <summary>What a model's generation_config.json says of sampling, for requests that say nothing; vLLM does the same.</summary>
internal sealed record GenerationDefaults
{
    public const string FileName = "generation_config.json";

    public double Temperature { get; init; } = 1;

    public double TopP { get; init; } = 1;

    public int TopK { get; init; }

    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Reads the file, if there is one. Values out of range end the start: they would be refused in every request.</summary>
    public static GenerationDefaults Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return new GenerationDefaults();
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            var fields = new JsonFields(document.RootElement);
            double temperature = fields.Number("temperature") ?? 1;
            return new GenerationDefaults
            {
                Temperature = fields.Bool("do_sample", true) ? temperature : 0,
                TopP = fields.Number("top_p") ?? 1,
                TopK = fields.Integer("top_k") ?? 0,
                RepetitionPenalty = fields.Number("repetition_penalty") ?? 1,
            }.Checked(path);
        }
        catch (JsonException exception)
        {
            throw new StartupException($"{path} is not valid JSON: {exception.Message}");
        }
        catch (ApiException exception)
        {
            throw new StartupException($"{path}: {exception.Message}");
        }
    }

    private GenerationDefaults Checked(string path)
    {
        var parameters = new SamplingParameters { Temperature = Temperature, TopP = TopP, TopK = TopK, RepetitionPenalty = RepetitionPenalty };
        foreach (SamplingProblem problem in parameters.Validate(int.MaxValue))
        {
            throw new StartupException($"{path}: '{problem.Field}' is {problem.Value}, but must be {problem.Allowed}.");
        }

        return this;
    }
}
