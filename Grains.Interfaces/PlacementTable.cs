using System.Text;

namespace Preble.Grains.Interfaces;

/// <summary>
/// What the workers that were considered would have cost. It travels as bytes: with a row for each worker of a cluster it is most of what is sent of a
/// request, and mostly nobody reads it. Those bytes are part of the contract, see <see cref="ContractVersion"/>.
/// </summary>
public sealed record PlacementTable
{
    /// <summary>As a row says in one word which of its costs are not zero.</summary>
    public const int TermsMax = 64;

    private const int RowBytes = 64;

    /// <summary>Of a worker without a name and without costs.</summary>
    private const int RowBytesMin = 12;

    /// <summary>The parts of each candidate's cost, as the policy calls them. [terms]</summary>
    public required IReadOnlyList<string> Terms { get; init; }

    /// <summary>Workers that were considered.</summary>
    public required IReadOnlyList<PlacementCandidate> Candidates { get; init; }

    /// <summary>Reads what <see cref="ToBytes"/> has written.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such table.</exception>
    public static PlacementTable Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        using var stream = new MemoryStream(bytes, writable: false);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        try
        {
            PlacementTable table = Read(reader);
            return stream.Position == stream.Length ? table : throw Broken($"{stream.Length - stream.Position} bytes are left over");
        }
        catch (Exception exception) when (exception is IOException or FormatException)
        {
            throw Broken("it ends early or has a number of no known form", exception);
        }
    }

    /// <summary>Each row: worker, cached tokens, whether it is eligible, cost, which terms are not zero, and those.</summary>
    /// <exception cref="InvalidOperationException">There are too many terms, or a row has not a value for each.</exception>
    public byte[] ToBytes()
    {
        if (Terms.Count > TermsMax || Candidates.Any(candidate => candidate.Terms.Count != Terms.Count))
        {
            throw new InvalidOperationException($"A placement table has at most {TermsMax} terms, and each of its rows a value for each.");
        }

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

    private static PlacementTable Read(BinaryReader reader)
    {
        var terms = new string[ReadCount(reader, bytesEach: 1)];
        if (terms.Length > TermsMax)
        {
            throw Broken($"it has {terms.Length} terms");
        }

        for (int term = 0; term < terms.Length; term++)
        {
            terms[term] = reader.ReadString();
        }

        var candidates = new PlacementCandidate[ReadCount(reader, RowBytesMin)];
        for (int row = 0; row < candidates.Length; row++)
        {
            candidates[row] = ReadRow(reader, terms.Length);
        }

        return new PlacementTable { Terms = terms, Candidates = candidates };
    }

    /// <summary>No more than the bytes that are left can hold, so that room for so many may be made.</summary>
    private static int ReadCount(BinaryReader reader, int bytesEach)
    {
        int count = reader.Read7BitEncodedInt();
        long left = reader.BaseStream.Length - reader.BaseStream.Position;
        return count >= 0 && (long)count * bytesEach <= left ? count : throw Broken($"it names {count} where {left} bytes are left");
    }

    private static InvalidDataException Broken(string why, Exception? cause = null) => new($"The bytes of a placement table cannot be read: {why}.", cause);

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
        if (cached < 0 || (terms < TermsMax && present >>> terms != 0))
        {
            throw Broken($"the row of worker '{worker}' has {cached} cached tokens and the costs {present:x}");
        }

        var values = new double[terms];
        for (int term = 0; term < terms; term++)
        {
            values[term] = (present & (1L << term)) == 0 ? 0 : reader.ReadDouble();
        }

        return new PlacementCandidate { WorkerId = worker, CachedTokens = cached, Eligible = eligible, Cost = cost, Terms = values };
    }
}
