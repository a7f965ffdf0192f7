namespace Preble.Core.Workloads;

/// <summary>Purposes for which a workload draws: a stream of chance for each, so that another rate or more requests change nothing else.</summary>
internal static class Chance
{
    public const int Arrivals = 1;
    public const int Catalogue = 2;
    public const int Order = 3;
    public const int Requests = 4;
    public const int SecondCatalogue = 5;
    public const int SecondOrder = 6;
    public const int SecondRequests = 7;
}
