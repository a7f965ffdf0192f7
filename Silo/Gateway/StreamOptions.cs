using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary>Whether and how the answer streams.</summary>
internal readonly record struct StreamOptions(bool Stream, bool IncludeUsage, bool ContinuousUsage)
{
    public static StreamOptions Read(JsonFields fields)
    {
        bool stream = fields.Bool("stream", false);
        if (!fields.TryGet("stream_options", out JsonElement options))
        {
            return new StreamOptions(stream, false, false);
        }

        if (options.ValueKind != JsonValueKind.Object)
        {
            throw fields.Wrong("stream_options", options, "an object");
        }

        if (!stream)
        {
            throw fields.Invalid("stream_options", "is given, but 'stream' is not true");
        }

        var inner = new JsonFields(options, "stream_options.");
        bool usage = inner.Bool("include_usage", false);
        return new StreamOptions(stream, usage, usage && inner.Bool("continuous_usage_stats", false));
    }
}
