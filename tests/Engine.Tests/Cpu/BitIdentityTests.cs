using Preble.Core.Serving;
using Preble.Engine.Cpu;
using Preble.Engine.Diagnostics;
using Preble.Engine.Tests.Support;

namespace Preble.Engine.Tests.Cpu;

/// <summary>The main law: the bits of a token's logits depend on its sequence alone.</summary>
public sealed class BitIdentityTests
{
    private const int PagesEach = 8;

    public static TheoryData<string> ShapeNames => [.. Shapes.ByName.Keys];

    public static TheoryData<string> OtherKernelSets => ["avx2", "portable"];

    [SkippableTheory]
    [MemberData(nameof(OtherKernelSets))]
    public void EveryKernelSetGivesTheSameBits(string kernelSet)
    {
        Hardware.SkipWithout("avx512");
        Hardware.SkipWithout(kernelSet);
        foreach ((string name, RandomModelShape shape) in Shapes.ByName)
        {
            using RandomModelFolder folder = RandomModelFolder.Create(shape);
            Run(folder.Path, kernelSet).Should().Equal(Run(folder.Path, "avx512"), name);
        }

        static int[] Run(string folder, string kernelSet)
        {
            using CpuModel model = CpuModel.Load(folder, new CpuOptions { KernelSet = kernelSet });
            model.KernelSet.Should().Be(kernelSet);
            using var pass = new CpuForwardPass(model, 16, 16, 1);
            var random = new Random(3);
            var bits = new List<int>();
            foreach (int length in new[] { 1, 5, 33, 120 })
            {
                bits.AddRange(Sequences.Bits(Sequences.Logits(pass, Sequences.RandomTokens(random, length, pass.VocabularySize))));
            }

            return [.. bits];
        }
    }

    [Theory]
    [MemberData(nameof(ShapeNames))]
    public void BatchChunkingPagesAndThreadsChangeNoBit(string shapeName)
    {
        RandomModelShape shape = Shapes.ByName[shapeName];
        using RandomModelFolder folder = RandomModelFolder.Create(shape);
        using CpuModel model = CpuModel.Load(folder.Path, new CpuOptions());
        const int sequences = 9;
        var random = new Random(11);
        int[][] tokens = [.. Enumerable.Range(0, sequences).Select(i => Sequences.RandomTokens(random, 1 + random.Next(PagesEach * 16), shape.VocabularySize))];

        using var alone = new CpuForwardPass(model, PagesEach, 16, 1);
        int[][] expected = [.. tokens.Select(t => Sequences.Bits(Sequences.Logits(alone, t)))];
        foreach (int threads in new[] { 1, 2, 4 })
        {
            using var pass = new CpuForwardPass(model, sequences * PagesEach, 16, threads);
            for (int round = 0; round < 2; round++)
            {
                MixedSteps(pass, tokens, random).Should().BeEquivalentTo(expected, o => o.WithStrictOrdering(), "threads {0}", threads);
            }
        }
    }

    [Fact]
    public void AStepLargerThanASlabGivesTheSameBits()
    {
        using CpuModel model = CpuModel.Load(Demo.Folder, new CpuOptions());
        using var pass = new CpuForwardPass(model, 400, 16, 2);
        int[] longPrompt = [.. Demo.Prompts.SelectMany(p => p.PromptIds).Take(1000)];
        int[] shortPrompt = Demo.Prompts[0].PromptIds;
        pass.Forward([
            new BatchEntry(shortPrompt, 0, Sequences.Pages(1024, 0), true),
            new BatchEntry(longPrompt, 0, Sequences.Pages(1024, 64), true),
            new BatchEntry(shortPrompt, 0, Sequences.Pages(1024, 128), true),
            new BatchEntry(longPrompt.AsMemory(0, 999), 0, Sequences.Pages(1024, 192), false),
        ]);
        int[] longBits = Sequences.Bits(pass.Logits(1));
        Sequences.Bits(pass.Logits(2)).Should().Equal(Sequences.Bits(pass.Logits(0)));

        pass.Forward([new BatchEntry(longPrompt.AsMemory(999), 999, Sequences.Pages(1024, 192), true)]);
        Sequences.Bits(pass.Logits(0)).Should().Equal(longBits);
    }

    [Fact]
    public void ACachedPrefixGivesTheBitsOfARecomputedOne()
    {
        using CpuModel model = CpuModel.Load(Demo.Folder, new CpuOptions());
        using var pass = new CpuForwardPass(model, 256, 16, 1);
        int[] prompt = Demo.Prompts[0].PromptIds;
        int[] expected = Sequences.Bits(Sequences.Logits(pass, prompt));

        // Another sequence continues from the first 160 tokens of the pages of the first, while a third writes elsewhere.
        int[] pages = [.. Sequences.Pages(160), .. Sequences.Pages(1024, 100)];
        pass.Forward([
            new BatchEntry(Demo.Prompts[1].PromptIds, 0, Sequences.Pages(1024, 180), false),
            new BatchEntry(prompt.AsMemory(160), 160, pages, true),
        ]);
        Sequences.Bits(pass.Logits(1)).Should().Equal(expected);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(48)]
    [InlineData(256)]
    public void PageSizeChangesNoBit(int pageTokens)
    {
        using CpuModel model = CpuModel.Load(Demo.Folder, new CpuOptions());
        using var small = new CpuForwardPass(model, 64, 16, 1);
        using var large = new CpuForwardPass(model, 1024 / pageTokens, pageTokens, 1);
        foreach (ReferencePrompt prompt in Demo.Prompts.Take(5))
        {
            Sequences.Bits(Sequences.Logits(large, prompt.PromptIds)).Should().Equal(Sequences.Bits(Sequences.Logits(small, prompt.PromptIds)));
        }
    }

    [Fact]
    public void AnOverflowInOneSequenceLeavesItsNeighboursAlone()
    {
        // Pages that hold NaN from an earlier owner must not reach a new owner through slots that it does not use.
        using CpuModel model = CpuModel.Load(Demo.Folder, new CpuOptions());
        using var pass = new CpuForwardPass(model, 64, 16, 1);
        int[] prompt = Demo.Prompts[2].PromptIds;
        int[] expected = Sequences.Bits(Sequences.Logits(pass, prompt));
        pass.Poison();
        Sequences.Bits(Sequences.Logits(pass, prompt)).Should().Equal(expected);
    }

    /// <summary>
    /// Computes the sequences over several steps in random chunks, mixed into random batches, on shuffled pages; returns the last logits of each.
    /// </summary>
    private static int[][] MixedSteps(CpuForwardPass pass, int[][] tokens, Random random)
    {
        int[] shuffled = [.. Enumerable.Range(0, pass.PageCount)];
        random.Shuffle(shuffled);
        int[][] pages = [.. tokens.Select((_, i) => shuffled[(i * PagesEach)..((i + 1) * PagesEach)])];
        int[] done = new int[tokens.Length];
        int[][] bits = new int[tokens.Length][];
        while (done.Zip(tokens, (d, t) => d < t.Length).Any(x => x))
        {
            int[] chosen = [.. Enumerable.Range(0, tokens.Length).Where(i => done[i] < tokens[i].Length && random.Next(3) > 0)];
            if (chosen.Length == 0)
            {
                continue;
            }

            random.Shuffle(chosen);
            int[] counts = [.. chosen.Select(i => random.Next(2) == 0 ? 1 : 1 + random.Next(tokens[i].Length - done[i]))];
            pass.Forward([.. chosen.Select((i, slot) => new BatchEntry(
                tokens[i].AsMemory(done[i], counts[slot]), done[i], pages[i], done[i] + counts[slot] == tokens[i].Length || random.Next(4) == 0))]);
            for (int slot = 0; slot < chosen.Length; slot++)
            {
                int i = chosen[slot];
                done[i] += counts[slot];
                if (done[i] == tokens[i].Length)
                {
                    bits[i] = Sequences.Bits(pass.Logits(slot));
                }
            }
        }

        return bits;
    }
}
