namespace Preble.Kernels.Timing;

/// <summary>What a kernel must do at least: each input read once, each output written once, and the products of its sums.</summary>
/// <param name="Bytes">Moved from and to the device's memory.</param>
/// <param name="Operations">Floating-point operations, two for a multiply-add; of matrix products only.</param>
public sealed record KernelWork(double Bytes, double Operations)
{
    private const int Half = 2;
    private const int Single = 4;

    /// <summary>out[m, n] = a[m, k] w[n, k]^T</summary>
    internal static KernelWork Gemm(double m, double n, double k, bool isSingle) =>
        new((Half * k * (m + n)) + ((isSingle ? Single : Half) * m * n), 2 * m * n * k);

    /// <summary>One query of each sequence over its context, its own token included.</summary>
    internal static KernelWork Decode(double batch, double context, double heads, double kvHeads, double headDim) => new(
        Half * batch * headDim * ((2 * context * kvHeads) + (2 * heads)),
        4 * batch * context * heads * headDim);

    /// <summary>New tokens of one sequence, each over the cached ones and the new ones up to itself.</summary>
    internal static KernelWork Prefill(double cached, double added, double heads, double kvHeads, double headDim) => new(
        Half * headDim * ((2 * (cached + added) * kvHeads) + (2 * added * heads)),
        4 * heads * headDim * added * (cached + ((added + 1) / 2)));

    /// <summary>Residual in and out, delta in, normalised row out, gains.</summary>
    internal static KernelWork RmsNorm(double tokens, double hidden) => new((tokens * hidden * ((2 * Single) + (2 * Half))) + (Single * hidden), 0);

    /// <summary>Gate and up in, product out.</summary>
    internal static KernelWork SiluMultiply(double tokens, double inner) => new(3 * Half * tokens * inner, 0);

    /// <summary>Row in and out, bias in.</summary>
    internal static KernelWork AddBias(double tokens, double width) => new((2 * Half * tokens * width) + (Single * width), 0);

    /// <summary>Queries in and out, keys and values in and into pages, a row of cosines and sines for each token.</summary>
    internal static KernelWork RopeStore(double tokens, double heads, double kvHeads, double headDim) =>
        new(tokens * headDim * ((2 * Half * (heads + (2 * kvHeads))) + Single), 0);

    /// <summary>Rows in as bfloat16 and out as float.</summary>
    internal static KernelWork Embed(double tokens, double hidden) => new(tokens * hidden * (Half + Single), 0);

    /// <summary>Logits in; what is kept between the steps stays in the caches.</summary>
    internal static KernelWork Sample(double rows, double vocabulary) => new(Single * rows * vocabulary, 0);

    /// <summary>Bytes in and out.</summary>
    internal static KernelWork Copy(double bytes) => new(2 * bytes, 0);
}
