using Preble.Chat;
using Preble.Client;
using Preble.Silo;

// A chat on the console: with a cluster, if one is named by --Redis HOST:PORT or --Gateway HOST:PORT, else with a server in this process.
using IHost host = Connect(args);
await host.StartAsync();
IConfiguration configuration = host.Services.GetRequiredService<IConfiguration>();
await Conversation.RunAsync(host.Services.GetRequiredService<IPrebleClient>(), configuration["Model"], configuration["System"], Console.In, Console.Out);
await host.StopAsync();

static IHost Connect(string[] args)
{
    HostApplicationBuilder cluster = Host.CreateApplicationBuilder(args);
    string? redis = cluster.Configuration["Redis"], gateway = cluster.Configuration["Gateway"];
    if (redis is null && gateway is null)
    {
        WebApplicationBuilder server = WebApplication.CreateBuilder(args);
        server.WebHost.UseUrls("http://127.0.0.1:0");
        server.AddPreble();
        server.Services.AddPrebleClient();
        return server.Build();
    }

    cluster.Logging.SetMinimumLevel(LogLevel.Warning);
    cluster.Services.AddPrebleClient(options =>
    {
        options.Redis = redis ?? "";
        options.ClusterId = cluster.Configuration["ClusterId"] ?? options.ClusterId;
        if (gateway is not null)
        {
            options.Gateways.Add(gateway);
        }
    });
    return cluster.Build();
}
