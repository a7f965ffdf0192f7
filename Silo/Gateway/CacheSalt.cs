namespace Preble.Silo.Gateway;

/// <summary>Reads <c>cache_salt</c>: requests with different salts share no cached pages.</summary>
internal static class CacheSalt
{
    private const int CharsMax = 1024;

    public static string Read(JsonFields fields)
    {
        string salt = fields.Text("cache_salt") ?? "";
        return salt.Length <= CharsMax ? salt : throw fields.Invalid("cache_salt", $"has {salt.Length} characters, but may have {CharsMax} at most");
    }
}
