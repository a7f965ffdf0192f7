namespace Preble.Client.Tests;

[CollectionDefinition(Served.Name)]
public sealed class ServedCollection : ICollectionFixture<Served>;
