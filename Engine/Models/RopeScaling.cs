namespace Preble.Engine.Models;

/// <summary>How the frequencies of the rotary embedding are stretched to a longer context.</summary>
public abstract record RopeScaling
{
    private RopeScaling()
    {
    }

    /// <summary>The frequencies as they are.</summary>
    public sealed record None : RopeScaling;

    /// <summary>All frequencies divided by a factor.</summary>
    /// <param name="Factor">At least 1.</param>
    public sealed record Linear(double Factor) : RopeScaling;

    /// <summary>Llama 3.1: long waves divided by the factor, short ones kept, those between blended.</summary>
    /// <param name="Factor">At least 1.</param>
    /// <param name="LowFrequencyFactor">Waves longer than the original context over this are long.</param>
    /// <param name="HighFrequencyFactor">Waves shorter than the original context over this are short.</param>
    /// <param name="OriginalContextTokens">Context of the pre-training, in tokens.</param>
    public sealed record Llama3(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalContextTokens) : RopeScaling
    {
        internal double Stretch(double frequency)
        {
            double waveLength = 2 * Math.PI / frequency;
            if (waveLength > OriginalContextTokens / LowFrequencyFactor)
            {
                return frequency / Factor;
            }

            if (waveLength < OriginalContextTokens / HighFrequencyFactor)
            {
                return frequency;
            }

            double smooth = ((OriginalContextTokens / waveLength) - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor);
            return ((1 - smooth) * frequency / Factor) + (smooth * frequency);
        }
    }

    /// <summary>Angle per position of each rotated pair, in radians. [headDim / 2]</summary>
    /// <param name="theta">Base of the frequencies.</param>
    /// <param name="headDim">Size of a head; even.</param>
    public double[] Frequencies(double theta, int headDim)
    {
        double[] frequencies = new double[headDim / 2];
        for (int i = 0; i < frequencies.Length; i++)
        {
            double plain = Math.Pow(theta, -2.0 * i / headDim);
            frequencies[i] = this switch
            {
                Linear linear => plain / linear.Factor,
                Llama3 llama => llama.Stretch(plain),
                _ => plain,
            };
        }

        return frequencies;
    }
}
