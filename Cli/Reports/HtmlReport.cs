using Preble.Cli.Runs;
namespace Preble.Cli.Reports;
internal static class HtmlReport { public static string Of(Experiment experiment) => ""; }
