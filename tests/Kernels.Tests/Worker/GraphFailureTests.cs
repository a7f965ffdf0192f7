using Preble.Core.Serving;
using Preble.Engine.Tests.Serving;
using Preble.Engine.Tests.Support;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Serving;

namespace Preble.Kernels.Tests.Worker;

/// <summary>A decode step that cannot be recorded or replayed is computed all the same, and its size is not tried again.</summary>
public sealed class GraphFailureTests
{
    private static readonly BatchEntry[] Decode = [new(new[] { 1 }, 3, new[] { 0 }, true) { Choice = TokenChoice.Greedy }];

    [Theory]
    [InlineData("cuStreamBeginCapture", CudaResult.StreamCaptureUnsupported)]
    [InlineData("cuStreamEndCapture", CudaResult.StreamCaptureInvalidated)]
    [InlineData("cuGraphInstantiate", CudaResult.OutOfMemory)]
    [InlineData("cuGraphDestroy", CudaResult.InvalidValue)]
    [InlineData("cuGraphLaunch", CudaResult.OutOfMemory)]
    public void TheTextIsTheSame(string call, CudaResult failure)
    {
        var notes = new List<string>();
        using var worker = new EmulatedWorker(new CudaOptions { StepTokensMax = 512, SequencesMax = 64, Note = notes.Add });
        using var run = new ServingRun(worker.Pass(512));
        worker.Driver.FailNext(call, failure);
        int[] some = [3, 24];

        run.Run(some.Select(index => Demo.Prompts[index].PromptIds)).Should().Equal(some.Select(index => Demo.Prompts[index].GreedyText));

        worker.Driver.HasFailuresLeft.Should().BeFalse("{0} is to fail in this run", call);
        worker.ShouldBeWithoutFaults();
        bool[] told = call == "cuGraphDestroy" ? [] : [true];
        notes.Select(note => note.StartsWith("Decode steps of ") && note.Contains(call)).Should().Equal(told, "a description that is not freed makes nothing slower");
    }

    [Fact]
    public void WhateverCallOfTheRecordingFailsTheStepIsDoneAndItsSizeIsLeftAlone()
    {
        // The first decode is done, the second recorded.
        var counting = new PaperDriver();
        (int first, int last) = (0, 0);
        Work(counting, pass =>
        {
            first = counting.Calls + 1;
            pass.Forward(Decode);
            last = counting.Calls;
        });
        int begun = 0;
        for (int call = first; call <= last; call++)
        {
            var driver = new PaperDriver { FailingCall = call };
            Work(driver, pass =>
            {
                try
                {
                    pass.Forward(Decode);
                }
                catch (CudaException exception)
                {
                    exception.Call.Should().NotContain("Graph").And.NotContain("Capture");
                    return;
                }

                // What did not throw and did not replay was survived.
                (int captures, int replays) = (driver.Captures, driver.Replays);
                pass.Forward(Decode);
                pass.IsLost.Should().BeFalse();
                driver.Captures.Should().Be(captures, "call {0}", call);
                begun += driver.Replays == replays ? 1 : 0;
            });
            driver.Live.Should().BeEmpty("call {0} failed", call);
        }

        begun.Should().BeGreaterThan(30, "of each launch of a recording, its begin and its end one failed");
    }

    [Fact]
    public void ADeviceThatIsLostInARecordingIsTold()
    {
        var driver = new PaperDriver();
        Work(driver, pass =>
        {
            (driver.FailingCall, driver.Failure, driver.FailsFromThenOn) = (driver.Calls + 10, CudaResult.IllegalAddress, true);
            pass.Invoking(it => it.Forward(Decode)).Should().Throw<CudaException>();
            pass.IsLost.Should().BeTrue();
        });
    }

    private static void Work(PaperDriver driver, Action<CudaForwardPass> then)
    {
        using var device = new CudaDevice(driver, 0);
        using CudaModel model = CudaModel.Load(Demo.Folder, device, new CudaOptions { StepTokensMax = 64, SequencesMax = 4 });
        using var pass = new CudaForwardPass(model, 8);
        pass.Forward(Decode);
        then(pass);
    }
}
