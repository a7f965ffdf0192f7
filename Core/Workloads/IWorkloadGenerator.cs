namespace Preble.Core.Workloads;

/// <summary>
/// One kind of workload.
/// <para>Contract. Without state: the same options give the same requests. What they ask does not depend on <see cref="WorkloadOptions.Rate"/>.</para>
/// </summary>
internal interface IWorkloadGenerator
{
    /// <summary>As on the command line.</summary>
    string Name { get; }

    /// <summary>What it is, in one line for people who choose.</summary>
    string Description { get; }

    /// <summary>What its requests cost, for <see cref="WorkloadCatalog.DefaultRate"/>.</summary>
    RequestLoad Load { get; }

    /// <summary>Requests where nothing else is said, at least 1; more than <see cref="WorkloadOptions.RequestsMax"/> means that many.</summary>
    /// <param name="options">Valid ones.</param>
    long DefaultRequests(WorkloadOptions options);

    /// <summary>The requests, in order of their arrival, the first at 0.</summary>
    /// <param name="options">Valid ones.</param>
    /// <param name="requests">How many, at least 1.</param>
    WorkloadRequest[] Generate(WorkloadOptions options, int requests);
}
