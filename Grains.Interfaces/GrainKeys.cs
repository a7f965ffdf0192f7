namespace Preble.Grains.Interfaces;

/// <summary>What the keys of grains that belong to one silo look like.</summary>
public static class GrainKeys
{
    private const char Separator = '@';

    /// <summary>
    /// The id of a worker: what it is, and the silo that it runs in. In a silo without a name, which is alone, just what it is. Of the model's name it has what
    /// neither separates nor is unfit for a header of HTTP, in which it is told.
    /// </summary>
    public static string Worker(string model, string kind, int index, string silo)
    {
        string name = string.Concat(model.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '/' ? letter : '-'));
        string worker = $"{name}-{kind}-{index}";
        return silo.Length == 0 ? worker : $"{worker}{Separator}{silo}";
    }

    /// <summary>The id of a request that belongs to a silo: which it is, and the silo. Of a silo without a name, just which it is.</summary>
    public static string Request(string id, string silo) => silo.Length == 0 ? id : $"{id}{Separator}{silo}";

    /// <summary>The id of one of several requests that came together, in the same silo.</summary>
    public static string PartOfRequest(string key, int part) => key.LastIndexOf(Separator) is var at and >= 0 ? $"{key[..at]}-{part}{key[at..]}" : $"{key}-{part}";

    /// <summary>The id under which a request that never began is begun again, in the same silo.</summary>
    public static string RequestAgain(string key) => key.LastIndexOf(Separator) is var at and >= 0 ? $"{key[..at]}-again{key[at..]}" : $"{key}-again";

    /// <summary>The silo that a worker, a worker host or a request belongs to; empty for one that says none.</summary>
    public static string SiloOf(string key) => key.LastIndexOf(Separator) is var at and >= 0 ? key[(at + 1)..] : "";

    /// <summary>The key of a silo's <see cref="IWorkerHostGrain"/>.</summary>
    public static string WorkerHost(string silo) => $"workers{Separator}{silo}";

    /// <summary>The key of a gateway's <see cref="IRequestRecordsGrain"/>.</summary>
    public static string Records(string silo) => $"records{Separator}{silo}";

    /// <summary>The key of a silo's <see cref="IControlRegisterGrain"/>.</summary>
    public static string ControlRegister(string silo) => $"control{Separator}{silo}";
}
