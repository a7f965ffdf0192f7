using Preble.Silo;
using Preble.Silo.Actors;
using Preble.Silo.Engines;
using Preble.Silo.Gateway;

try
{
    CommandLine.Check(args);
    WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
    builder.UseSiloDefaults();
    PrebleOptions options = builder.AddPrebleOptions();
    builder.AddModel(options);
    builder.AddActors();
    builder.AddEngines();
    builder.AddGateway();

    await using WebApplication app = builder.Build();
    app.MapGateway();
    app.PrintBannerWhenStarted();
    await app.StartAsync();
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (StartupException.Explains(exception))
{
    Console.Error.WriteLine($"preble: {exception.Message}");
    return StartupException.ExitCode;
}

/// <summary>The composition root; public so that tests can start it in process.</summary>
public partial class Program;
