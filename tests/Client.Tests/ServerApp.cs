using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Preble.Client.Tests;

/// <summary>The whole server in this process, with the bundled model.</summary>
internal sealed class ServerApp(Action<IServiceCollection> configure, (string Name, string Value)[] settings) : WebApplicationFactory<Program>
{
    /// <summary>Posts a body of the HTTP API.</summary>
    public async Task<JsonElement> PostAsync(string path, byte[] json)
    {
        using var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        HttpResponseMessage response = await CreateClient().PostAsync(path, content);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Preble:Device", "cpu");
        foreach ((string name, string value) in settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureTestServices(configure);
    }
}
