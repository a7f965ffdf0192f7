using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Tests.Ptx;

/// <summary>The committed PTX is what the sources beside it say; no compiler is needed to see it.</summary>
public sealed partial class PtxFilesTests
{
    private const long BytesMax = 3_000_000;
    private static readonly string Folder = Path.Combine(RepositoryRoot.Folder, "Kernels");

    private static readonly string[] Paths = [.. Directory.EnumerateFiles(Path.Combine(Folder, "ptx"), "*.ptx", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Files => new(Paths);

    [Theory]
    [MemberData(nameof(Files))]
    public void APtxFileNamesTheHashOfItsSourcesAndItsCompiler(string file)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder, file));
        string source = Source(file);

        File.Exists(Path.Combine(Folder, source)).Should().BeTrue("{0} comes from {1}; run Kernels/build.sh", file, source);
        lines[0].Should().Be($"// sources: {Hash(source)}", "{0} must be made anew from {1}: run Kernels/build.sh", file, source);
        lines[1].Should().MatchRegex("^// compiler: .*[0-9]+\\.[0-9]+");
    }

    [Fact]
    public void EverySourceHasItsPtxAndTheAssemblyCarriesAll()
    {
        Paths.Select(Source).Distinct().Should().BeEquivalentTo(
            Directory.EnumerateFiles(Path.Combine(Folder, "cuda"), "*.cu").Select(file => $"cuda/{Path.GetFileName(file)}"), "Kernels/build.sh compiles them all");
        PtxSet.Files.SelectMany(file => file.Select(set => $"ptx/sm_{set}/{file.Key}.ptx")).Should().BeEquivalentTo(Paths);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void APtxFileSaysNothingOfTheMachineThatMadeIt(string file) =>
        File.ReadLines(Path.Combine(Folder, file)).Skip(2).Should().NotContain(line => line.Contains('/') || line.Contains(".file"));

    /// <summary>A struct of sixteen bytes that is copied as a whole becomes two moves of eight, which on an H200 took three quarters of the memory's speed.</summary>
    [Theory]
    [InlineData("page_copy")]
    [InlineData("gather_rows")]
    [InlineData("embed")]
    [InlineData("silu_multiply")]
    public void WhatMovesRowsMovesSixteenBytesAnInstruction(string file)
    {
        string[] moves = [.. File.ReadLines(Path.Combine(Folder, "ptx", "sm_80", $"{file}.ptx")).Where(line => Move().IsMatch(line))];
        moves.Should().Contain(line => line.Contains("ld.global.v4")).And.Contain(line => line.Contains("st.global.v4"));
        moves.Should().NotContain(line => line.Contains(".u64") || line.Contains(".v2"));
    }

    [Fact]
    public void AllPtxTogetherIsSmall() =>
        Paths.Sum(file => new FileInfo(Path.Combine(Folder, file)).Length).Should().BeLessThan(BytesMax);

    private static string Source(string file) => $"cuda/{HeadSize().Replace(Path.GetFileNameWithoutExtension(file), "")}.cu";

    /// <summary>As Kernels/build.sh computes it: over the source, all headers and the script itself.</summary>
    private static string Hash(string source)
    {
        IEnumerable<string> headers = Directory.EnumerateFiles(Path.Combine(Folder, "cuda"), "*.cuh").Order(StringComparer.Ordinal);
        byte[] bytes = [.. new[] { Path.Combine(Folder, source) }.Concat(headers).Append(Path.Combine(Folder, "build.sh")).SelectMany(File.ReadAllBytes)];
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    [GeneratedRegex(@"\b(ld|st)\.global\.")]
    private static partial Regex Move();

    [GeneratedRegex("_[0-9]+$")]
    private static partial Regex HeadSize();
}
