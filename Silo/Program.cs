using Preble.Silo;
using Preble.Silo.Actors;
using Preble.Silo.Engines;
using Preble.Silo.Gateway;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.UseSiloDefaults();
try
{
    builder.AddPrebleOptions();
    builder.AddModel();
}
catch (StartupException exception)
{
    Console.Error.WriteLine($"preble: {exception.Message}");
    return StartupException.ExitCode;
}

builder.AddActors();
builder.AddEngines();
builder.AddGateway();

WebApplication app = builder.Build();
app.MapGateway();
app.PrintBannerWhenStarted();
await app.RunAsync();
return 0;

/// <summary>The composition root; public so that tests can start it in process.</summary>
public partial class Program;
