namespace Preble.Silo.Gateway;

/// <summary>Log-probabilities as JSON can hold them.</summary>
internal static class Logprobs
{
    /// <summary>What vLLM and OpenAI write for a token that cannot come.</summary>
    private const float Impossible = -9999;

    public static float Finite(float logprob) => float.IsFinite(logprob) ? logprob : Impossible;
}
