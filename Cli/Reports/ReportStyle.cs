namespace Preble.Cli.Reports;

/// <summary>How the report looks, on light and on dark screens.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1c2330;--soft:#5d6778;--grid:#e4e8ee;--edge:#dfe3ea;
        --k0:#2563c9;--k1:#d9730d;--k2:#0b8f7c;--k3:#8b45c6;--k4:#c8324a;--k5:#6f7d00;--k6:#c2479b;--k7:#56687d}
        @media(prefers-color-scheme:dark){:root{--page:#12151b;--card:#1a1f28;--ink:#e6eaf1;--soft:#9aa5b6;--grid:#2a313d;--edge:#2c3340;
        --k0:#6fa4ff;--k1:#f5a352;--k2:#3fc9b3;--k3:#c08bf2;--k4:#ff7a8c;--k5:#c3cf4a;--k6:#f08fcd;--k7:#a5b5c9}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        main{max-width:1240px;margin:0 auto;padding:32px 20px 64px}
        h1{font-size:27px;line-height:1.25;margin:0 0 6px}h2{font-size:19px;margin:38px 0 12px}h3{font-size:15px;margin:0}
        header p{margin:4px 0;color:var(--soft)}header p.claim{color:var(--ink);font-size:17px;margin:12px 0}
        code{font:13px/1.5 ui-monospace,"Cascadia Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:16px}
        figure{margin:0;padding:14px 16px 8px;background:var(--card);border:1px solid var(--edge);border-radius:10px}
        figcaption{min-height:44px}figcaption p{margin:0;color:var(--soft);font-size:13px}
        svg{display:block;width:100%;height:auto}
        svg text{fill:var(--ink);font-size:12px}svg .tick{fill:var(--soft);font-size:11.5px;font-variant-numeric:tabular-nums}svg .label{fill:var(--soft)}
        svg .value{font-variant-numeric:tabular-nums}.grid{stroke:var(--grid);stroke-width:1}.axis{stroke:var(--soft);fill:none}
        .c0{--c:var(--k0)}.c1{--c:var(--k1)}.c2{--c:var(--k2)}.c3{--c:var(--k3)}.c4{--c:var(--k4)}.c5{--c:var(--k5)}.c6{--c:var(--k6)}.c7{--c:var(--k7)}
        .series{transition:opacity .15s}.series polyline{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round}
        .series circle{fill:var(--c);stroke:var(--card);stroke-width:1}
        .series rect{fill:var(--c)}.series.dash polyline{stroke-dasharray:6 4}.series.dash rect{fill-opacity:.62}.band{fill:var(--c);fill-opacity:.18}
        .series:hover polyline{stroke-width:3.4}
        .legend{display:flex;flex-wrap:wrap;gap:6px 18px;margin:0 0 14px;padding:0;list-style:none;font-size:14px}
        .legend li{cursor:default}.legend i{display:inline-block;width:22px;height:0;border-top:3px solid var(--c);vertical-align:middle;margin-right:7px}
        .legend .dash i{border-top-style:dashed}
        .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--edge);border-radius:10px}
        table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
        th,td{padding:7px 12px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--grid)}th{color:var(--soft);font-weight:600}
        tr:last-child td{border-bottom:0}.text{text-align:left}td.best{font-weight:700}
        footer{margin-top:36px;color:var(--soft);font-size:13px}
        """;

    /// <summary>Pointing at a name in the legend fades the others in every chart.</summary>
    /// <param name="series">Number of names.</param>
    public static string Highlights(int series) => string.Concat(Enumerable.Range(0, series).Select(i =>
        $"main:has(.legend .s{i}:hover) .policies .series:not(.s{i}){{opacity:.12}}\n"));
}
