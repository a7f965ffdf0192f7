using Preble.Core.Workloads;

namespace Preble.Cli.Serving;

/// <summary>Workloads with shorter or longer prompts, for models whose context is not that of the source.</summary>
internal static class WorkloadScale
{
    /// <summary>Every part of every prompt and answer times a factor, at least one token: what was shared stays shared, and nothing else becomes so.</summary>
    /// <param name="workload">Stays as it is.</param>
    /// <param name="factor">Above 0.</param>
    public static Workload Of(Workload workload, double factor)
    {
        if (factor == 1)
        {
            return workload;
        }

        return workload with
        {
            Requests = [.. workload.Requests.Select(request => request with
            {
                Prompt = request.Prompt.ToArray().Select(Scale).ToArray(),
                Output = Scale(request.Output),
            })],
        };

        PromptSegment Scale(PromptSegment segment) => segment with { Tokens = (int)Math.Clamp(Math.Round(segment.Tokens * factor), 1, int.MaxValue / 4) };
    }
}
