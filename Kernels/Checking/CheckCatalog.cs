using Preble.Kernels.Checking.Ops;

namespace Preble.Kernels.Checking;

/// <summary>All checks, by op.</summary>
internal static class CheckCatalog
{
    private static readonly (string Op, Func<CheckSize, Values, IEnumerable<CheckCase>> Cases)[] All =
    [
        ("embed", EmbedCheck.Cases),
        ("rms-norm", RmsNormCheck.Cases),
        ("add-bias", AddBiasCheck.Cases),
        ("rope-store", RopeStoreCheck.Cases),
        ("attention-prefill", AttentionPrefillCheck.Cases),
        ("attention-decode", AttentionDecodeCheck.Cases),
        ("silu-multiply", SiluMultiplyCheck.Cases),
        ("gemm", GemmCheck.Own),
        ("cublas", GemmCheck.Cublas),
        ("gather-rows", GatherRowsCheck.Cases),
        ("sample", SampleCheck.Cases),
        ("page-copy", PageCopyCheck.Cases),
    ];

    /// <summary>Names of the ops that are checked.</summary>
    internal static IReadOnlyList<string> Ops { get; } = [.. All.Select(check => check.Op)];

    /// <summary>Cases of one op; those with random shapes follow from the seed.</summary>
    internal static IReadOnlyList<CheckCase> Cases(string op, CheckSize size, ulong seed) => [.. All.Single(check => check.Op == op).Cases(size, new Values(seed))];
}
