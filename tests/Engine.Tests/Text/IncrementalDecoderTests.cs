using System.Text;
using Preble.Engine.Text;

namespace Preble.Engine.Tests.Text;

public sealed class IncrementalDecoderTests
{
    private static readonly Tokenizer Tokenizer = TestFiles.Load(TestFiles.Variant("gpt2"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ThePiecesAreTogetherTheWholeText(bool skipSpecial)
    {
        var random = new Random(31);
        for (var round = 0; round < 5000; round++)
        {
            int AnyId() => random.Next(-1, random.Next(2) == 0 ? 256 : Tokenizer.VocabularySize + 2);
            int[] ids = [.. Enumerable.Range(0, random.Next(20)).Select(_ => AnyId())];
            var decoder = new IncrementalDecoder(Tokenizer, skipSpecial);
            var text = string.Concat(ids.Select(decoder.Add)) + decoder.Flush();
            text.Should().Be(Tokenizer.Decode(ids, skipSpecial));
        }
    }

    [Fact]
    public void NoPieceEndsInsideACharacter()
    {
        var random = new Random(32);
        for (var round = 0; round < 500; round++)
        {
            var text = RandomText.Text(random, 10);
            var decoder = new IncrementalDecoder(Tokenizer, skipSpecial: false);
            foreach (var id in Tokenizer.Encode(Encoding.UTF8.GetBytes(text), false, false))
            {
                decoder.Add(id).Should().NotContain("\ufffd");
            }

            decoder.Flush().Should().BeEmpty();
        }
    }

    [Fact]
    public void AnUnfinishedCharacterIsHeldUntilTheEnd()
    {
        var decoder = new IncrementalDecoder(Tokenizer, skipSpecial: true);
        var ids = Tokenizer.Encode([(byte)'a', 0xF0, 0x9F], false, false);
        string.Concat(ids.Select(decoder.Add)).Should().Be("a");
        decoder.Flush().Should().Be("\ufffd");
        decoder.Flush().Should().BeEmpty();
    }

    [Fact]
    public void TokensOfWholeCharactersAllocateNothingOnceTheyWereMet()
    {
        var ids = Tokenizer.Encode("The quick brown fox", false, false);
        var decoder = new IncrementalDecoder(Tokenizer, skipSpecial: true);
        void Run()
        {
            foreach (var id in ids)
            {
                decoder.Add(id);
            }
        }

        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }
}
