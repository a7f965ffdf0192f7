using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Preble.Cluster.Tests.Processes;

/// <summary>Listens where a cluster's list says that a silo lives, and shows whoever dials it a certificate of the test's choice.</summary>
internal sealed class ListedDecoy : IAsyncDisposable
{
    private const int RefusalsMin = 3;
    private readonly CancellationTokenSource _over = new();
    private readonly TcpListener _listener;
    private readonly X509Certificate2 _certificate;
    private readonly SslStreamCertificateContext _shown;
    private readonly TaskCompletionSource _trusted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _listening;

    /// <param name="port">Of this machine.</param>
    /// <param name="certificate">PEM file with the certificate and its key.</param>
    public ListedDecoy(int port, string certificate)
    {
        _certificate = X509Certificate2.CreateFromPemFile(certificate);
        _shown = SslStreamCertificateContext.Create(_certificate, additionalCertificates: null, offline: true);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _listening = ListenAsync();
    }

    /// <summary>When one that dialled it has gone on to say something, having seen the certificate.</summary>
    public Task Trusted => _trusted.Task;

    /// <summary>When those that dialled it have hung up instead so often that it was for the certificate: time may be short once.</summary>
    public Task Refused => _refused.Task;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _listening;
        _listener.Dispose();
        _certificate.Dispose();
        _over.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            int refusals = 0;
            while (true)
            {
                using TcpClient caller = await _listener.AcceptTcpClientAsync(_over.Token);
                bool? trusted = await HearsAsync(caller);
                if (trusted == true)
                {
                    _trusted.TrySetResult();
                }
                else if (trusted == false && ++refusals == RefusalsMin)
                {
                    _refused.SetResult();
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException && _over.IsCancellationRequested)
        {
        }
    }

    /// <summary>Null for one who hung up before the certificate was shown, as who only knocks does.</summary>
    private async Task<bool?> HearsAsync(TcpClient caller)
    {
        byte[] hello = new byte[1];
        await using var tls = new SslStream(caller.GetStream());
        try
        {
            if (await caller.Client.ReceiveAsync(hello, SocketFlags.Peek, _over.Token) == 0)
            {
                return null;
            }

            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = _shown,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                },
                _over.Token);
            return await tls.ReadAsync(hello, _over.Token) > 0;
        }
        catch (SocketException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            return false;
        }
    }
}
