using Preble.Engine.Compute;
using Preble.Engine.Models;

namespace Preble.Engine.Cpu;

/// <summary>
/// Cosines and sines of every position, computed in f64, rounded once, kept. Blocks of positions are made when a context first reaches them, so a
/// model of 128k positions does not pay for them at start. Shared by all passes of a model; safe for several threads.
/// </summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    /// <summary>Positions of a block.</summary>
    private const int BlockTokens = 256;

    private readonly double[] _frequencies;
    private readonly AlignedMemory?[] _blocks;

    internal RotaryTable(ModelConfig config)
    {
        _frequencies = config.RopeScaling.Frequencies(config.RopeTheta, config.HeadDim);
        _blocks = new AlignedMemory?[(config.ContextTokensMax + BlockTokens - 1) / BlockTokens];
    }

    /// <summary>Makes the blocks for positions below <paramref name="end"/>; must precede <see cref="Cosines"/> and <see cref="Sines"/>.</summary>
    internal void Prepare(int end)
    {
        // Made upwards, so that where there is a block, there are all before it: who finds the last one made need not look at the others.
        int blocks = (end + BlockTokens - 1) / BlockTokens;
        int present = blocks;
        while (present > 0 && Volatile.Read(ref _blocks[present - 1]) is null)
        {
            present--;
        }

        for (int block = present; block < blocks; block++)
        {
            AlignedMemory made = Make(block * BlockTokens);
            if (Interlocked.CompareExchange(ref _blocks[block], made, null) is not null)
            {
                made.Dispose();
            }
        }
    }

    /// <summary>[headDim / 2]</summary>
    internal float* Cosines(int position) =>
        _blocks[position / BlockTokens]!.Floats + ((nint)(position % BlockTokens) * 2 * _frequencies.Length);

    /// <summary>[headDim / 2]</summary>
    internal float* Sines(int position) => Cosines(position) + _frequencies.Length;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (AlignedMemory? block in _blocks)
        {
            block?.Dispose();
        }
    }

    private AlignedMemory Make(int start)
    {
        AlignedMemory memory = AlignedMemory.OfFloats(BlockTokens * 2L * _frequencies.Length);
        float* row = memory.Floats;
        for (int i = 0; i < BlockTokens; i++)
        {
            foreach (double frequency in _frequencies)
            {
                (double sine, double cosine) = Math.SinCos((start + i) * frequency);
                row[0] = (float)cosine;
                row[_frequencies.Length] = (float)sine;
                row++;
            }

            row += _frequencies.Length;
        }

        return memory;
    }
}
