using System.Globalization;
using System.Text.Json;
using Preble.Cli.CommandLine;
using Preble.Kernels.Timing;
using Spectre.Console;

namespace Preble.Cli.Gpu;

/// <summary>How fast the kernels are.</summary>
/// <param name="Device">The card.</param>
/// <param name="Peaks">What it reaches at most.</param>
/// <param name="CublasProblem">Why cuBLAS was not timed, in a line; empty if it was.</param>
/// <param name="Results">One for each shape.</param>
internal sealed record BenchReport(DeviceLine Device, DevicePeaks Peaks, string CublasProblem, IReadOnlyList<KernelBenchResult> Results)
{
    private const string Own = "gemm";
    private const string Cublas = "cublas";

    /// <summary>A row for each shape, then the products of this project's kernel beside cuBLAS's.</summary>
    public void Write(Terminal terminal)
    {
        terminal.Output.Write(Line($"{Device}\nPeaks: {Peaks.DeviceCopyGigabytes:F0} GB/s copied by the driver, "));
        terminal.Output.Write(Line($"{Peaks.KernelCopyGigabytes:F0} by a kernel, {Peaks.MatrixTeraflops:F1} TFLOP/s ({Peaks.MatrixBy})\n\n"));
        Table table = terminal.NewTable().AddColumn("op").AddColumn("shape");
        foreach (string column in new[] { "us", "p10", "p90", "GB/s", "of copy", "TFLOP/s", "of matrix" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (KernelBenchResult r in Results)
        {
            bool multiplies = r.Work.Operations > 0;
            table.AddRow(
                r.Op, Markup.Escape(r.Case), Line($"{r.Timing.MedianUs:F1}"), Line($"{r.Timing.LowUs:F1}"), Line($"{r.Timing.HighUs:F1}"), Line($"{r.Gigabytes:F0}"),
                Line($"{100 * r.CopyShare:F0} %"), multiplies ? Line($"{r.Teraflops:F1}") : "", multiplies ? Line($"{100 * r.MatrixShare:F0} %") : "");
        }

        terminal.Write(table);
        WriteProducts(terminal);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Device.WriteJson(json);
        json.WriteString("cublas_problem", CublasProblem);
        WriteJson(json, Peaks);
        json.WriteStartArray("results");
        foreach (KernelBenchResult r in Results)
        {
            json.WriteStartObject();
            json.WriteString("op", r.Op);
            json.WriteString("case", r.Case);
            json.Number("median_us", r.Timing.MedianUs);
            json.Number("p10_us", r.Timing.LowUs);
            json.Number("p90_us", r.Timing.HighUs);
            json.Number("bytes", r.Work.Bytes);
            json.Number("operations", r.Work.Operations);
            json.Number("gigabytes_per_second", r.Gigabytes);
            json.Number("of_copy", r.CopyShare);
            json.Number("teraflops", r.Teraflops);
            json.Number("of_matrix", r.MatrixShare);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteProducts(Terminal terminal)
    {
        (KernelBenchResult Own, KernelBenchResult Cublas)[] pairs =
        [
            .. Results.Where(r => r.Op == Own).Join(Results.Where(r => r.Op == Cublas), own => own.Case, cublas => cublas.Case, (own, cublas) => (own, cublas)),
        ];
        if (pairs.Length > 0)
        {
            Table table = terminal.NewTable().AddColumn("product");
            foreach (string column in new[] { "gemm us", "cuBLAS us", "gemm's share of cuBLAS's speed" })
            {
                table.AddColumn(new TableColumn(column).RightAligned());
            }

            foreach ((KernelBenchResult own, KernelBenchResult cublas) in pairs)
            {
                double share = cublas.Timing.MedianUs / own.Timing.MedianUs;
                table.AddRow(Markup.Escape(own.Case), Line($"{own.Timing.MedianUs:F1}"), Line($"{cublas.Timing.MedianUs:F1}"), Line($"{100 * share:F0} %"));
            }

            terminal.Output.Write("\n");
            terminal.Write(table);
        }
        else if (CublasProblem.Length > 0 && Results.Any(r => r.Op == Own))
        {
            terminal.Output.Write($"\ncuBLAS was not timed: {CublasProblem}\n");
        }
    }

    private static void WriteJson(Utf8JsonWriter json, DevicePeaks peaks)
    {
        json.WriteStartObject("peaks");
        json.Number("device_copy_gigabytes_per_second", peaks.DeviceCopyGigabytes);
        json.Number("kernel_copy_gigabytes_per_second", peaks.KernelCopyGigabytes);
        json.Number("matrix_teraflops", peaks.MatrixTeraflops);
        json.WriteString("matrix_by", peaks.MatrixBy);
        json.WriteEndObject();
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
