using Preble.Engine.Sampling;
using Preble.Engine.Text;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Engines;

/// <summary>Makes the samplers of requests for one model.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="endOfSequence">Tokens that end a text of the model.</param>
internal sealed class SamplerFactory(Tokenizer tokenizer, IReadOnlyList<int> endOfSequence)
{
    /// <summary>One sampler for each choice, brought to where another worker left it; null for a choice that has ended. [choices]</summary>
    public SequenceSampler?[] Create(GenerateRequest request)
    {
        var samplers = new SequenceSampler?[request.Choices];
        for (int choice = 0; choice < samplers.Length; choice++)
        {
            if (request.Finished is { } finished && finished[choice])
            {
                continue;
            }

            var sampler = new SequenceSampler(Wire.Sampling(request.Sampling, choice), tokenizer, endOfSequence, request.PromptTokens, seed: 0);
            if (request.Generated is { } generated)
            {
                sampler.Resume(generated[choice]);
            }

            samplers[choice] = sampler;
        }

        return samplers;
    }
}
