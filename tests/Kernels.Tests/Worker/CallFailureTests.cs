using Preble.Core.Serving;
using Preble.Engine.Tests.Support;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Serving;

namespace Preble.Kernels.Tests.Worker;

/// <summary>The whole worker over a driver that keeps books: what it asks for, and what it does when the driver refuses.</summary>
public sealed class CallFailureTests
{
    private static readonly BatchEntry[] Prefill = [new(Range(33), 0, new[] { 0, 1, 2 }, true), new(Range(5), 0, new[] { 3 }, true) { Choice = TokenChoice.Greedy }];

    private static readonly BatchEntry[] Decode =
    [
        new(Range(1), 33, new[] { 0, 1, 2 }, true) { Choice = TokenChoice.Greedy },
        new(Range(1), 5, new[] { 3 }, true) { Choice = TokenChoice.Greedy },
    ];

    [Fact]
    public void AWorkerThatEndsHasFreedAllItMade()
    {
        var driver = new PaperDriver();
        Work(driver);
        driver.Live.Should().BeEmpty();
        driver.BytesUsed.Should().Be(0);
    }

    [Theory]
    [InlineData(CudaResult.OutOfMemory, false)]
    [InlineData(CudaResult.IllegalAddress, true)]
    public void WhateverCallFailsItIsToldByNameAndNothingLeaks(CudaResult failure, bool fromThenOn)
    {
        var counting = new PaperDriver();
        Work(counting);
        counting.Calls.Should().BeGreaterThan(300);
        int told = 0;
        for (int call = 1; call <= counting.Calls; call++)
        {
            var driver = new PaperDriver { FailingCall = call, Failure = failure, FailsFromThenOn = fromThenOn };
            try
            {
                Work(driver);
            }
            catch (CudaException exception)
            {
                told++;
                (exception.Result, exception.IsDeviceLost).Should().Be((failure, fromThenOn));
                exception.Message.Should().StartWith(exception.Call).And.Contain($"{(int)failure} CUDA_ERROR_{failure}");
            }

            driver.Live.Should().BeEmpty("call {0} failed", call);
        }

        // Of the rest nobody needs to know: freeing, asking what is free for a message, and recording, without which a step is only slower.
        told.Should().BeGreaterThan(counting.Calls * 7 / 10);
    }

    [Fact]
    public void AfterAFailureThatIsNotTheDevicesEndThePassGoesOnAndAfterThatItIsLost()
    {
        var driver = new PaperDriver();
        using var device = new CudaDevice(driver, 0);
        using CudaModel model = CudaModel.Load(Demo.Folder, device, new CudaOptions());
        using var pass = new CudaForwardPass(model, 8);

        driver.FailingCall = driver.Calls + 10;
        pass.Invoking(it => it.Forward(Prefill)).Should().Throw<CudaException>();
        pass.IsLost.Should().BeFalse();
        pass.Forward(Prefill);

        (driver.FailingCall, driver.Failure, driver.FailsFromThenOn) = (driver.Calls + 10, CudaResult.EccUncorrectable, true);
        pass.Invoking(it => it.Forward(Prefill)).Should().Throw<CudaException>();
        pass.IsLost.Should().BeTrue();
        int calls = driver.Calls;
        pass.Invoking(it => it.Forward(Prefill)).Should().Throw<CudaException>().WithMessage("*lost in an earlier step*");
        driver.Calls.Should().Be(calls, "a device that is lost is asked nothing more");
    }

    [Fact]
    public void ADecodeStepIsOneCopyThereOneReplayAndOneCopyBackAndAllocatesNothing()
    {
        var driver = new PaperDriver();
        using var device = new CudaDevice(driver, 0);
        using CudaModel model = CudaModel.Load(Demo.Folder, device, new CudaOptions());
        using var pass = new CudaForwardPass(model, 8);
        pass.Forward(Prefill);
        for (int i = 0; i < 40; i++)
        {
            // Compiled, and so often that it is compiled for good.
            pass.Forward(Decode);
        }

        ((int there, int back), int replays, int launches) = (driver.Copies, driver.Replays, driver.Launches);
        long before = GC.GetAllocatedBytesForCurrentThread();
        pass.Forward(Decode);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        driver.Copies.Should().Be((there + 1, back + 1));
        (driver.Replays - replays, driver.Launches - launches).Should().Be((1, 1), "the choice of tokens is a launch of its own");
        pass.ChosenToken(1).Should().Be(0);

        before = GC.GetAllocatedBytesForCurrentThread();
        pass.Forward(Prefill);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    private static int[] Range(int count) => [.. Enumerable.Range(1, count)];

    /// <summary>From the device to three steps and back.</summary>
    private static void Work(PaperDriver driver)
    {
        using var device = new CudaDevice(driver, 0);
        using CudaModel model = CudaModel.Load(Demo.Folder, device, new CudaOptions { StepTokensMax = 64, SequencesMax = 4 });
        using var pass = new CudaForwardPass(model, 0);
        pass.Forward(Prefill);
        pass.Forward(Decode);
        pass.Forward(Decode);
    }
}
