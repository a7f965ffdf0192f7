using Microsoft.Extensions.DependencyInjection;

namespace Preble.Client.Tests.Hosting;

/// <summary>What only a build that has the host in its process does.</summary>
public sealed class HostingTests
{
    [Fact]
    public void AClusterIsRefusedByABuildThatHasNone()
    {
        Action add = () => new ServiceCollection().AddPrebleClient(options => options.Redis = "127.0.0.1:6379");
        add.Should().Throw<ArgumentException>().WithMessage("*ActorRuntime=Orleans*");
    }
}
