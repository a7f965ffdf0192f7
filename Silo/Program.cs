using Preble.Silo;
using Preble.Silo.Actors;

WebApplication app;
try
{
    CommandLine.Check(args);
    WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
    builder.AddPreble();

    app = builder.Build();
    app.MapPreble();
    app.PrintBannerWhenStarted();
    await app.StartAsync();
}
catch (Exception exception) when (StartupException.Explains(exception) || ActorHosting.Explains(exception))
{
    string says = exception.Message.Split('\n')[0];
    Console.Error.WriteLine(exception is StartupException ? $"preble: {says}" : $"preble: cannot start: {says}");
    return StartupException.ExitCode;
}

await Departure.WaitAsync(app);
return 0;

/// <summary>The composition root; public so that tests can start it in process.</summary>
public partial class Program;
