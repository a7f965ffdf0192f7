using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Core.Placement;
using Preble.Core.Workloads;

namespace Preble.Cli.Tests.Commands;

public sealed class HelpTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("simulate --help")]
    [InlineData("sweep --help")]
    [InlineData("explain --help")]
    [InlineData("workload --help")]
    [InlineData("workload show --help")]
    [InlineData("workload list --help")]
    [InlineData("policies --help")]
    [InlineData("bench --help")]
    [InlineData("bench scheduler --help")]
    [InlineData("bench serve --help")]
    [InlineData("bench engine --help")]
    [InlineData("kernels --help")]
    [InlineData("kernels check --help")]
    [InlineData("kernels text --help")]
    [InlineData("kernels bench --help")]
    public async Task EveryCommandExplainsItself(string line)
    {
        Preble run = await Preble.RunLineAsync(line);

        run.Code.Should().Be(0);
        run.Errors.Should().BeEmpty();
        run.Output.Should().Contain("Usage:").And.Contain("[options]");
    }

    [Fact]
    public void EveryOptionSaysWhatItIs()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, false, false);
        var commands = new Stack<Command>([PrebleCommand.Create(terminal, TimeProvider.System)]);
        int options = 0;
        while (commands.TryPop(out Command? command))
        {
            command.Description.Should().NotBeNullOrEmpty("'{0}' is read in the help", command.Name);
            command.Options.Where(option => !(option.Description?.Length > 10)).Select(option => option.Name).Should().BeEmpty("every option of {0} is explained", command.Name);
            options += command.Options.Count;
            foreach (Command sub in command.Subcommands)
            {
                commands.Push(sub);
            }
        }

        options.Should().BeGreaterThan(50);
    }

    [Fact]
    public async Task NamesThatOtherCommandsTakeAreListed()
    {
        string policies = (await Preble.RunLineAsync("policies")).Output;
        PlacementPolicies.Names.Should().OnlyContain(name => policies.Contains("| " + name));
        string workloads = (await Preble.RunLineAsync("workload list")).Output;
        WorkloadCatalog.Names.Should().OnlyContain(name => workloads.Contains("| " + name) && workloads.Contains(WorkloadCatalog.Describe(name)));
    }
}
