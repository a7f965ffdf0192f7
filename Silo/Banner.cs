using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Preble.Silo.Engines;
using Preble.Silo.Gateway;

namespace Preble.Silo;

/// <summary>Tells the person who started the program where it is and what to try.</summary>
internal static class Banner
{
    public static void PrintBannerWhenStarted(this WebApplication app) =>
        app.Lifetime.ApplicationStarted.Register(() => Console.Out.WriteLine(Text(app.Services)));

    internal static string Text(IServiceProvider services)
    {
        ICollection<string> addresses = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        string url = addresses.FirstOrDefault() ?? "(no address)";
        ServedModel model = services.GetRequiredService<ServedModels>().All.First();
        PrebleOptions options = services.GetRequiredService<PrebleOptions>();
        EngineHosts engines = services.GetRequiredService<EngineHosts>();
        bool isGateway = services.GetRequiredService<SiloIdentity>().IsGateway;
        string serves = isGateway ? string.Join(", ", addresses.DefaultIfEmpty(url)) : "the gateways of its cluster";
        string example = isGateway ? Example(url, model) : $"curl {url}/health/ready";
        return $$"""

            Preble serves {{serves}}
              model    {{model.Name}} ({{engines.ModelSummary}})
              workers  {{engines.Summary}}
              policy   {{options.Policy}}
            Try:
              {{example}}

            """;
    }

    private static string Example(string url, ServedModel model) => model.HasChatTemplate
        ? $$"""curl {{url}}/v1/chat/completions -H 'Content-Type: application/json' -d '{"model":"{{model.Name}}","messages":[{"role":"system","content":"Answer from the document.\nThe capital of Zorvi is Makel.\nTavo lives in Pemor."},{"role":"user","content":"Where does Tavo live?"}]}'"""
        : $$"""curl {{url}}/v1/completions -H 'Content-Type: application/json' -d '{"model":"{{model.Name}}","prompt":"The capital of France is"}'""";
}
