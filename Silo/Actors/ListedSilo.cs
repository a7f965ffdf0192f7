using System.Net;

namespace Preble.Silo.Actors;

/// <summary>An entry in the list of silos, as another finds it that is about to join.</summary>
/// <param name="Member">The silo.</param>
/// <param name="EndPoint">Where it takes connections of other silos.</param>
/// <param name="IsActive">Whether it takes calls; else it is about to join, too.</param>
/// <param name="LastSign">What it last wrote into the list to show that it lives; any value that changes.</param>
internal readonly record struct ListedSilo<TAddress>(SiloMember<TAddress> Member, IPEndPoint EndPoint, bool IsActive, DateTime LastSign);
