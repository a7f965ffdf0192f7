using System.Runtime.InteropServices;
using Preble.Cli.CommandLine;

// The first signal asks for an orderly end, which prints what was measured; the second ends the program as if nobody listened.
using var cancel = new CancellationTokenSource();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await PrebleCommand.RunAsync(args, Terminal.OfProcess(), TimeProvider.System, cancel.Token);

void Stop(PosixSignalContext signal)
{
    if (!cancel.IsCancellationRequested)
    {
        signal.Cancel = true;
        cancel.Cancel();
    }
}
