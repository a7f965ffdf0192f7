using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Preble.Cluster.Tests.Processes;

/// <summary>A connection with TLS of one who trusts everybody and then says nothing.</summary>
internal sealed class Knock : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private SslStream? _tls;

    /// <summary>Until the other side ends it.</summary>
    public Task HungUp { get; private set; } = Task.CompletedTask;

    /// <param name="port">Of this machine.</param>
    /// <param name="certificate">File with the certificate that is shown, and its key; null for none.</param>
    public static async Task<Knock> AtAsync(int port, string? certificate)
    {
        var knock = new Knock();
        await knock._client.ConnectAsync(IPAddress.Loopback, port);
        knock._tls = new SslStream(knock._client.GetStream());
        knock.HungUp = HangUpAsync(knock._tls, certificate);
        return knock;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await HungUp;
        await _tls!.DisposeAsync();
    }

    /// <remarks>Who connects has done its part before the other side looks at the certificate: to be let in is to hear nothing.</remarks>
    private static async Task HangUpAsync(SslStream tls, string? certificate)
    {
        using X509Certificate2? own = certificate is null ? null : X509Certificate2.CreateFromPemFile(certificate);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "preble",
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, additionalCertificates: null, offline: true),
            });
            while (await tls.ReadAsync(new byte[16]) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException or ObjectDisposedException)
        {
        }
    }
}
