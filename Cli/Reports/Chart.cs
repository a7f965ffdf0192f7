using System.Globalization;
using System.Net;
using System.Text;

namespace Preble.Cli.Reports;

/// <summary>Charts as SVG that stands in the page itself. Colours are classes, so that light and dark pages draw them alike.</summary>
internal static class Chart
{
    private const double Width = 560;
    private const double Height = 330;
    private const double Left = 64;
    private const double Right = 22;
    private const double Top = 12;
    private const double Bottom = 48;
    private const double BarHeight = 20;
    private const double BarLeft = 148;
    private const double BarRight = 70;

    /// <summary>Points up to which each gets a mark of its own, with its numbers to be seen.</summary>
    private const int MarkedPointsMax = 24;

    /// <summary>Classes of colours; later series repeat them in dashes.</summary>
    private const int Colours = 8;

    /// <summary>The classes of a series, for lines and for marks in legends.</summary>
    public static string Classes(int colour) => $"s{colour} c{colour % Colours}{(colour >= Colours ? " dash" : "")}";

    /// <summary>Lines over two axes.</summary>
    public static string Lines(string title, Axis x, Axis y, IReadOnlyList<Series> lines, string note = "") =>
        Lines(title, x, y, lines, [], note);

    /// <summary>Lines over two axes, with bands behind them.</summary>
    /// <param name="title">Of the chart.</param>
    /// <param name="x">To the right.</param>
    /// <param name="y">Upwards.</param>
    /// <param name="lines">In front.</param>
    /// <param name="bands">Behind: x, least and most.</param>
    /// <param name="note">What must be known to read it.</param>
    public static string Lines(
        string title, Axis x, Axis y, IReadOnlyList<Series> lines, IReadOnlyList<(int Colour, IReadOnlyList<(double X, double Least, double Most)> Points)> bands, string note)
    {
        var svg = new StringBuilder();
        Frame(svg, x, y);
        foreach ((int colour, IReadOnlyList<(double X, double Least, double Most)> points) in bands)
        {
            IEnumerable<string> edge = points.Select(point => At(x, y, point.X, point.Most)).Concat(points.Reverse().Select(point => At(x, y, point.X, point.Least)));
            svg.Append($"<polygon class=\"band {Classes(colour)}\" points=\"{string.Join(' ', edge)}\"/>");
        }

        foreach (Series line in lines)
        {
            svg.Append($"<g class=\"series {Classes(line.Colour)}\"><title>{Escape(line.Name)}</title>");
            svg.Append($"<polyline points=\"{string.Join(' ', line.Points.Select(point => At(x, y, point.X, point.Y)))}\"/>");
            foreach ((double px, double py) in line.Points.Count <= MarkedPointsMax ? line.Points : [])
            {
                string[] place = At(x, y, px, py).Split(',');
                string said = $"{line.Name}: {x.Text(px)} → {y.Text(py)}";
                svg.Append($"<circle cx=\"{place[0]}\" cy=\"{place[1]}\" r=\"3.2\"><title>{Escape(said)}</title></circle>");
            }

            svg.Append("</g>");
        }

        return Figure(title, note, Width, Height, svg);
    }

    /// <summary>A bar for each of several values, the least on top.</summary>
    /// <param name="title">Of the chart.</param>
    /// <param name="axis">What is measured, from 0.</param>
    /// <param name="bars">Names, colours and values.</param>
    /// <param name="note">What must be known to read it.</param>
    public static string Bars(string title, Axis axis, IReadOnlyList<(string Name, int Colour, double Value)> bars, string note = "")
    {
        var svg = new StringBuilder();
        double height = Top + (bars.Count * (BarHeight + 6)) + Bottom;
        double span = Width - BarLeft - BarRight;
        foreach (double tick in axis.Ticks)
        {
            double at = BarLeft + (axis.Place(tick) * span);
            svg.Append($"<line class=\"grid\" x1=\"{N(at)}\" x2=\"{N(at)}\" y1=\"{N(Top)}\" y2=\"{N(height - Bottom)}\"/>");
            svg.Append($"<text class=\"tick\" x=\"{N(at)}\" y=\"{N(height - Bottom + 16)}\" text-anchor=\"middle\">{axis.Text(tick)}</text>");
        }

        svg.Append($"<text class=\"label\" x=\"{N(BarLeft + (span / 2))}\" y=\"{N(height - 8)}\" text-anchor=\"middle\">{Escape(axis.Label)}</text>");
        double top = Top + 3;
        foreach ((string name, int colour, double value) in bars)
        {
            double length = Math.Max(1, axis.Place(value) * span);
            double middle = top + (BarHeight / 2) + 4;
            svg.Append($"<g class=\"series {Classes(colour)}\"><title>{Escape($"{name}: {axis.Text(value)}")}</title>");
            svg.Append($"<text class=\"name\" x=\"{N(BarLeft - 8)}\" y=\"{N(middle)}\" text-anchor=\"end\">{Escape(name)}</text>");
            svg.Append($"<rect x=\"{N(BarLeft)}\" y=\"{N(top)}\" width=\"{N(length)}\" height=\"{N(BarHeight)}\" rx=\"3\"/>");
            svg.Append($"<text class=\"value\" x=\"{N(BarLeft + length + 6)}\" y=\"{N(middle)}\">{axis.Text(value)}</text></g>");
            top += BarHeight + 6;
        }

        return Figure(title, note, Width, height, svg);
    }

    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static void Frame(StringBuilder svg, Axis x, Axis y)
    {
        foreach (double tick in y.Ticks)
        {
            double at = YOf(y, tick);
            svg.Append($"<line class=\"grid\" x1=\"{N(Left)}\" x2=\"{N(Width - Right)}\" y1=\"{N(at)}\" y2=\"{N(at)}\"/>");
            svg.Append($"<text class=\"tick\" x=\"{N(Left - 7)}\" y=\"{N(at + 4)}\" text-anchor=\"end\">{y.Text(tick)}</text>");
        }

        foreach (double tick in x.Ticks)
        {
            double at = XOf(x, tick);
            svg.Append($"<line class=\"grid\" x1=\"{N(at)}\" x2=\"{N(at)}\" y1=\"{N(Top)}\" y2=\"{N(Height - Bottom)}\"/>");
            svg.Append($"<text class=\"tick\" x=\"{N(at)}\" y=\"{N(Height - Bottom + 17)}\" text-anchor=\"middle\">{x.Text(tick)}</text>");
        }

        svg.Append($"<path class=\"axis\" d=\"M{N(Left)} {N(Top)}V{N(Height - Bottom)}H{N(Width - Right)}\"/>");
        svg.Append($"<text class=\"label\" x=\"{N((Left + Width - Right) / 2)}\" y=\"{N(Height - 10)}\" text-anchor=\"middle\">{Escape(x.Label)}</text>");
        double middle = (Top + Height - Bottom) / 2;
        svg.Append($"<text class=\"label\" x=\"15\" y=\"{N(middle)}\" text-anchor=\"middle\" transform=\"rotate(-90 15 {N(middle)})\">{Escape(y.Label)}</text>");
    }

    private static string Figure(string title, string note, double width, double height, StringBuilder svg)
    {
        string small = note.Length > 0 ? $"<p>{Escape(note)}</p>" : "";
        return $"<figure><figcaption><h3>{Escape(title)}</h3>{small}</figcaption>" +
            $"<svg viewBox=\"0 0 {N(width)} {N(height)}\" role=\"img\" aria-label=\"{Escape(title)}\">{svg}</svg></figure>\n";
    }

    private static string At(Axis x, Axis y, double px, double py) => $"{N(XOf(x, px))},{N(YOf(y, py))}";

    private static double XOf(Axis axis, double value) => Left + (axis.Place(value) * (Width - Left - Right));

    private static double YOf(Axis axis, double value) => Height - Bottom - (axis.Place(value) * (Height - Top - Bottom));

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
