using System.Security.Cryptography;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>Ids of requests, as clients and grains know them.</summary>
internal static class RequestIds
{
    private const string Header = "x-request-id";
    private const int HeaderCharsMax = 128;
    private static readonly object ItemKey = new();

    /// <summary>A new id; the prefix tells the kind of the request, as with OpenAI.</summary>
    /// <param name="prefix">Such as <c>chatcmpl</c>.</param>
    /// <param name="silo">The silo that the request belongs to, as <see cref="GrainKeys.Request"/> has it.</param>
    public static string Create(string prefix, string silo) => GrainKeys.Request(prefix + "-" + RandomNumberGenerator.GetHexString(24, lowercase: true), silo);

    /// <summary>A new id that the response's header carries, too.</summary>
    public static string Create(HttpContext context, string prefix)
    {
        string id = Create(prefix, context.RequestServices.GetRequiredService<SiloIdentity>().Name);
        context.Items[ItemKey] = id;
        return id;
    }

    /// <summary>The id of one prompt of a request: the request's own for the first.</summary>
    public static string OfPrompt(string id, int prompt) => prompt == 0 ? id : GrainKeys.PartOfRequest(id, prompt);

    /// <summary>What the response header carries: the client's own id if it sent a printable one, else ours.</summary>
    public static string ForHeader(HttpContext context)
    {
        string? sent = context.Request.Headers[Header];
        bool usable = sent is { Length: > 0 and <= HeaderCharsMax } && sent.All(c => c is > ' ' and < '\x7f');
        return usable ? sent! : context.Items[ItemKey] as string ?? Create(context, "req");
    }
}
