using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Preble.Kernels.Driver;
using Preble.Silo.Engines;

namespace Preble.Silo.Tests;

/// <summary>A model or an option that cannot be served ends the start with a message for the person who started it.</summary>
public sealed class StartupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("preble-model-").FullName;

    public StartupTests()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "models", "demo")))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }
    }

    [Fact]
    public void TheCopiedModelLoads()
    {
        Load(new PrebleOptions { Model = _folder }).Dispose();
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    public void AMissingFileIsNamed(string file)
    {
        File.Delete(Path.Combine(_folder, file));
        Message().Should().Contain(file);
    }

    [Fact]
    public void AMissingFolderIsNamed()
    {
        Action load = () => Load(new PrebleOptions { Model = _folder + "-absent" });
        load.Should().Throw<StartupException>().WithMessage("*-absent*does not exist*");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(1_000_000)]
    public void ATruncatedWeightFileIsNamed(int bytes)
    {
        using (FileStream file = File.OpenWrite(Path.Combine(_folder, "model.safetensors")))
        {
            file.SetLength(bytes);
        }

        Message().Should().Contain("model.safetensors");
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("generation_config.json")]
    public void AFileThatIsNoJsonIsNamed(string file)
    {
        File.WriteAllText(Path.Combine(_folder, file), "{ not json", Encoding.UTF8);
        Message().Should().Contain(file);
    }

    [Theory]
    [InlineData("hidden_size", "256", "input_layernorm.weight")]
    [InlineData("num_hidden_layers", "5", "model.layers.4")]
    [InlineData("intermediate_size", "640", "mlp")]
    [InlineData("vocab_size", "100", "embed_tokens")]
    [InlineData("hidden_size", "-1", "hidden_size")]
    [InlineData("model_type", "\"gpt2\"", "gpt2")]
    public void AShapeThatTheWeightsDoNotHaveIsNamed(string field, string value, string named)
    {
        Change("config.json", json => json[field] = JsonNode.Parse(value));
        Message().Should().Contain(named);
    }

    [Fact]
    public void ABadChatTemplateIsNamedWithItsPlace()
    {
        Change("tokenizer_config.json", json => json["chat_template"] = "{% for message in messages %}{{ message");
        Message().Should().Contain("chat template").And.MatchRegex("line \\d+");
    }

    [Fact]
    public void ABadDefaultTemperatureIsNamed()
    {
        Change("generation_config.json", json => (json["temperature"], json["do_sample"]) = (9, true));
        Message().Should().Contain("generation_config.json").And.Contain("temperature");
    }

    [Theory]
    [InlineData("Workers", "0", "from 1 to 64")]
    [InlineData("Workers", "four", "auto or an integer")]
    [InlineData("Workers", "65", "from 1 to 64")]
    [InlineData("Device", "gpu", "auto, cpu, cuda")]
    [InlineData("Policy", "best", "marginal-cost, e2, least-load, round-robin")]
    [InlineData("QueueOrder", "lifo", "priority-groups, fcfs")]
    [InlineData("KernelSet", "neon", "auto, avx512, avx2, portable")]
    [InlineData("PageTokens", "24", "a multiple of 16")]
    [InlineData("RunningMax", "1025", "from 1 to 1024")]
    [InlineData("Wrokers", "4", "known are")]
    [InlineData("Cluster:Rdis", "x", "known are Redis, Id, Address")]
    [InlineData("Cluster", "x", "Preble:Cluster:Redis")]
    [InlineData("Cluster:SiloPort", "70000", "from 0 to 65535")]
    [InlineData("Cluster:FailureSeconds", "soon", "a number")]
    public void AnOptionThatCannotBeIsNamedWithWhatIsAllowed(string name, string value, string allowed)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"Preble:{name}", value)]).Build();
        Action read = () => PrebleOptionsExtensions.Read(configuration.GetSection("Preble"));
        read.Should().Throw<StartupException>().WithMessage($"*{name}*").WithMessage($"*{allowed}*");
    }

    [Theory]
    [InlineData("Preble:Roles", "worker,gatway", "gateway, worker or gateway,worker")]
    [InlineData("Preble:Roles", "", "gateway, worker or gateway,worker")]
    [InlineData("Preble:Roles", "gateway", "without Preble:Cluster:Redis this silo is alone")]
    [InlineData("Preble:SiloName", "a b", "A-Z a-z 0-9 . _ -")]
    [InlineData("Preble:Cluster:Id", "", "A-Z a-z 0-9 . _ -")]
    [InlineData("Preble:Cluster:Redis", "localhost", "Preble:ClusterSecret is empty")]
    [InlineData("Preble:Cluster:GatewayPort", "11111", "must differ")]
    [InlineData("Preble:Cluster:Address", "no host", "an IP address or a host name")]
    [InlineData("Preble:Cluster:Address", "0.0.0.0", "one address")]
    [InlineData("Preble:Cluster:Address", "::", "one address")]
    public void ASiloThatCannotBeIsRefusedWithWhatIsAllowed(string name, string value, string allowed)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();
        Action identify = () => SiloIdentity.Of(PrebleOptionsExtensions.Read(configuration.GetSection("Preble")));
        identify.Should().Throw<StartupException>().WithMessage($"*{name}*").WithMessage($"*{allowed}*");
    }

    [Fact]
    public void ASiloThatCannotListenWhereOthersReachItSaysWhichOptionIsWrong()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var silo = new SiloIdentity("a", SiloRoles.Gateway, IPAddress.Loopback, SiloPort: port, GatewayPort: 0);
        silo.Invoking(it => it.RequirePorts()).Should().Throw<StartupException>().WithMessage($"Preble:Cluster:SiloPort is {port}, but must be a port that is free*");
        (silo with { SiloPort = 0, GatewayPort = port }).Invoking(it => it.RequirePorts()).Should().Throw<StartupException>().WithMessage($"Preble:Cluster:GatewayPort is {port}*");
        (silo with { SiloPort = 0, GatewayPort = port, Roles = SiloRoles.Worker }).Invoking(it => it.RequirePorts()).Should().NotThrow("a worker has no such port");
        (silo with { Address = IPAddress.Parse("192.0.2.1") }).Invoking(it => it.RequirePorts()).Should().Throw<StartupException>()
            .WithMessage("Preble:Cluster:Address is \"192.0.2.1\", but must be an address of this machine.");
    }

    [Theory]
    [InlineData("192.0.2.1", false, false, true)]
    [InlineData("192.0.2.1", false, true, false)]
    [InlineData("192.0.2.1", true, false, false)]
    [InlineData("127.0.0.2", false, false, false)]
    [InlineData("::1", false, false, false)]
    [InlineData("2001:db8::1", false, false, true)]
    public void WhoMakesAClusterReachableWithoutCertificatesIsWarned(string address, bool isAlone, bool isEncrypted, bool expected)
    {
        var silo = new SiloIdentity("a", SiloRoles.Gateway, IPAddress.Parse(address), SiloPort: 1, GatewayPort: 2);
        (silo.Exposure(isAlone, isEncrypted)?.Contains($"Address is {address}")).Should().Be(expected ? true : null);
    }

    [Fact]
    public void ASiloOfAClusterHasANameThatOtherMachinesDoNotHave()
    {
        var options = new PrebleOptions { ClusterSecret = "secret", Cluster = { Redis = "redis:6379", SiloPort = 11112 } };
        SiloIdentity.Of(options).Name.Should().EndWith("-11112").And.HaveLength(Environment.MachineName.Length + 6);
        SiloIdentity.Of(new PrebleOptions()).Name.Should().BeEmpty("one that is alone needs none");
    }

    [Theory]
    [InlineData("--Preble:Redis", "--Preble:Cluster:Redis?")]
    [InlineData("--Cluster:Redis", "--Preble:Cluster:Redis?")]
    public void AMisplacedOptionIsNamedWithItsPlace(string word, string meant)
    {
        Action check = () => CommandLine.Check([word, "x"]);
        check.Should().Throw<StartupException>().WithMessage($"*{meant}*");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IEngineFleet Load(PrebleOptions options) => ModelLoading.Load(options, SiloIdentity.Of(options), NoDriver, TimeProvider.System).Fleet;

    private static bool NoDriver(out ICudaDriver? driver, out string reason)
    {
        (driver, reason) = (null, "there is no driver in this test");
        return false;
    }

    private string Message()
    {
        Action load = () => Load(new PrebleOptions { Model = _folder });
        return load.Should().Throw<StartupException>().Which.Message;
    }

    private void Change(string file, Action<JsonObject> change)
    {
        string path = Path.Combine(_folder, file);
        JsonObject json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }
}
