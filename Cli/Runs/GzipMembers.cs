using System.Buffers.Binary;
using System.IO.Compression;

namespace Preble.Cli.Runs;

/// <summary>
/// What a gzip file holds (RFC 1952), all its members one after the other, checked against the lengths and checksums that it ends with. The runtime's own
/// reader takes a file that was cut, or goes on with something else, for a shorter one.
/// </summary>
/// <param name="packed">The file, from its beginning; it is closed with this stream.</param>
internal sealed class GzipMembers(Stream packed) : Stream
{
    private const int HeaderBytes = 10;
    private const int TrailerBytes = 8;

    /// <summary>What a member begins with; deflate is its only method.</summary>
    private static readonly byte[] Magic = [0x1f, 0x8b, 8];

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => Remainder((uint)value))];

    private readonly Stream _packed = new BufferedStream(packed, 1 << 16);
    private OneByOne? _source;
    private DeflateStream? _member;
    private uint _checksum;
    private uint _length;
    private bool _begun;

    /// <summary>Opens a file of text, which is plain unless it begins as gzip does. What is packed is checked as it is read.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not for this user.</exception>
    /// <exception cref="NotSupportedException">It is a pipe, which is read only once.</exception>
    public static StreamReader OpenText(string path)
    {
        FileStream file = File.OpenRead(path);
        try
        {
            bool isPacked = file.ReadByte() == Magic[0] && file.ReadByte() == Magic[1];
            file.Position = 0;
            return new StreamReader(isPacked ? new GzipMembers(file) : file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidDataException">The file is cut, damaged, or goes on with something else.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty && (_member is not null || BeginMember()))
        {
            int count = _member!.Read(buffer);
            if (count > 0)
            {
                foreach (byte value in buffer[..count])
                {
                    _checksum = Table[(byte)(_checksum ^ value)] ^ (_checksum >> 8);
                }

                _length += (uint)count;
                return count;
            }

            EndMember();
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
            _packed.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool BeginMember()
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        int read = _packed.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (read == 0 && _begun)
        {
            return false;
        }

        if (!header[..Math.Min(read, Magic.Length)].SequenceEqual(Magic[..Math.Min(read, Magic.Length)]))
        {
            throw new InvalidDataException(_begun ? "it goes on after its compressed data with something else" : "it does not begin as gzip does");
        }

        if (read < HeaderBytes)
        {
            throw new InvalidDataException("it is cut short in its gzip header");
        }

        SkipFields(header[3]);
        _begun = true;
        _checksum = uint.MaxValue;
        _length = 0;
        _source = new OneByOne(_packed);
        _member = new DeflateStream(_source, CompressionMode.Decompress);
        return true;
    }

    /// <summary>Extra field, name, comment and checksum of the header, as its flags say.</summary>
    private void SkipFields(byte flags)
    {
        if ((flags & 4) != 0)
        {
            for (int left = Next() | (Next() << 8); left > 0; left--)
            {
                Next();
            }
        }

        for (int text = (flags >> 3) & 3; text > 0; text &= text - 1)
        {
            while (Next() != 0)
            {
            }
        }

        if ((flags & 2) != 0)
        {
            Next();
            Next();
        }
    }

    private int Next() => _packed.ReadByte() is var value and >= 0 ? value : throw new InvalidDataException("it is cut short in its gzip header");

    private void EndMember()
    {
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        if (_source!.HasEnded || _packed.ReadAtLeast(trailer, TrailerBytes, throwOnEndOfStream: false) < TrailerBytes)
        {
            throw new InvalidDataException("its compressed data is cut short");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer) != ~_checksum || BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != _length)
        {
            throw new InvalidDataException("its compressed data is damaged: the checksum is another");
        }

        _member!.Dispose();
        _member = null;
    }

    private static uint Remainder(uint value)
    {
        for (int bit = 0; bit < 8; bit++)
        {
            value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        }

        return value;
    }

    /// <summary>Gives a byte at a time, so that nothing behind a member is taken with it, and knows whether more was wanted than there is.</summary>
    private sealed class OneByOne(Stream packed) : Stream
    {
        public bool HasEnded { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int read = packed.Read(buffer[..Math.Min(1, buffer.Length)]);
            HasEnded |= read == 0 && !buffer.IsEmpty;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
