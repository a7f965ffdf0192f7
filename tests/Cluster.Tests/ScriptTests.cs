namespace Preble.Cluster.Tests;

/// <summary>scripts/cluster tells what is wrong with its words, and starts nothing then.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly ClusterScript _script = new();

    [Theory]
    [InlineData("", "scripts/cluster start")]
    [InlineData("begin", "scripts/cluster start")]
    [InlineData("kill", "scripts/cluster kill NAME")]
    [InlineData("kill worker-7", "there is no worker-7")]
    [InlineData("stop worker-7", "there is no worker-7")]
    [InlineData("add clerk-1", "must be gateway or worker")]
    [InlineData("add worker-1 clerk", "must be gateway or worker")]
    [InlineData("add ../worker worker", "cannot be the name of a silo")]
    public async Task WordsThatMakeNoSenseAreExplained(string words, string says)
    {
        (int code, string text) = await _script.RunAsync(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        code.Should().NotBe(0);
        text.Should().Contain(says);
    }

    [Fact]
    public async Task ABuildThatIsNotThereIsNamed()
    {
        _script.Environment["CLUSTER_SILO"] = Path.Combine(_script.Folder, "absent.dll");
        _script.Environment["CLUSTER_REDIS"] = "127.0.0.1:1";
        (int code, string text) = await _script.RunAsync("start");
        code.Should().Be(1);
        text.Should().Contain("absent.dll").And.Contain("dotnet build");
    }

    public void Dispose() => _script.Dispose();
}
