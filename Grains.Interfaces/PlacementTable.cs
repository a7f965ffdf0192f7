using System.Text;

namespace Preble.Grains.Interfaces;

/// <summary>
/// What the workers that were considered would have cost. It travels as bytes: with a row for each worker of a cluster it is most of what is sent of a
/// request, and mostly nobody reads it.
/// </summary>
public sealed record PlacementTable
{
    private const int RowBytes = 64;

    /// <summary>The parts of each candidate's cost, as the policy calls them. [terms]</summary>
    public required IReadOnlyList<string> Terms { get; init; }

    /// <summary>Workers that were considered.</summary>
    public required IReadOnlyList<PlacementCandidate> Candidates { get; init; }

    /// <summary>Reads what <see cref="ToBytes"/> has written.</summary>
    public static PlacementTable Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var terms = new string[reader.Read7BitEncodedInt()];
        for (int term = 0; term < terms.Length; term++)
        {
            terms[term] = reader.ReadString();
        }

        var candidates = new PlacementCandidate[reader.Read7BitEncodedInt()];
        for (int row = 0; row < candidates.Length; row++)
        {
            candidates[row] = ReadRow(reader, terms.Length);
        }

        return new PlacementTable { Terms = terms, Candidates = candidates };
    }

    /// <summary>Each row: worker, cached tokens, whether it is eligible, cost, which terms are not zero, and those.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream(RowBytes * (Candidates.Count + Terms.Count));
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write7BitEncodedInt(Terms.Count);
        foreach (string term in Terms)
        {
            writer.Write(term);
        }

        writer.Write7BitEncodedInt(Candidates.Count);
        foreach (PlacementCandidate candidate in Candidates)
        {
            WriteRow(writer, candidate);
        }

        return bytes.ToArray();
    }

    private static void WriteRow(BinaryWriter writer, PlacementCandidate candidate)
    {
        writer.Write(candidate.WorkerId);
        writer.Write7BitEncodedInt(candidate.CachedTokens);
        writer.Write(candidate.Eligible);
        writer.Write(candidate.Cost);
        long present = 0;
        for (int term = 0; term < candidate.Terms.Count; term++)
        {
            present |= candidate.Terms[term] == 0 ? 0 : 1L << term;
        }

        writer.Write7BitEncodedInt64(present);
        foreach (double value in candidate.Terms)
        {
            if (value != 0)
            {
                writer.Write(value);
            }
        }
    }

    private static PlacementCandidate ReadRow(BinaryReader reader, int terms)
    {
        string worker = reader.ReadString();
        int cached = reader.Read7BitEncodedInt();
        bool eligible = reader.ReadBoolean();
        double cost = reader.ReadDouble();
        long present = reader.Read7BitEncodedInt64();
        var values = new double[terms];
        for (int term = 0; term < terms; term++)
        {
            values[term] = (present & (1L << term)) == 0 ? 0 : reader.ReadDouble();
        }

        return new PlacementCandidate { WorkerId = worker, CachedTokens = cached, Eligible = eligible, Cost = cost, Terms = values };
    }
}
