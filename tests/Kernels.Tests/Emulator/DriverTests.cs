using Preble.Emulator;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Tests.Emulator;

public sealed class DriverTests
{
    [Fact]
    public void MemoryRunsOutAndComesBack()
    {
        using var machine = new EmulatedMachine(new EmulatorOptions { MemoryBytes = 10_000 });
        DeviceMemory first = machine.Allocate(6_000);
        machine.Device.Memory.Free.Should().BeLessThanOrEqualTo(4_000);
        machine.Invoking(m => m.Allocate(6_000)).Should().Throw<CudaException>().Which.Result.Should().Be(CudaResult.OutOfMemory);
        first.Dispose();
        machine.Allocate(6_000);
        machine.Outcome().Should().Be(CudaResult.Success, "running out of memory breaks nothing");
    }

    [Fact]
    public void AFailureThatIsAskedForComesOnce()
    {
        using var machine = new EmulatedMachine();
        machine.Driver.FailNext("cuMemAlloc", CudaResult.OutOfMemory);
        machine.Invoking(m => m.Allocate(16)).Should().Throw<CudaException>().Which.Call.Should().Be("cuMemAlloc");
        machine.Allocate(16);
    }

    [Fact]
    public void ALostDeviceFailsEveryCallAndNoOther()
    {
        using var driver = new PtxEmulator(new EmulatorOptions { Devices = 2 });
        driver.Init();
        using var first = new CudaDevice(driver, 0);
        using var second = new CudaDevice(driver, 1);
        driver.Lose(0, CudaResult.EccUncorrectable);
        first.MakeCurrent();
        first.Invoking(device => device.Synchronize()).Should().Throw<CudaException>().Which.IsDeviceLost.Should().BeTrue();
        second.MakeCurrent();
        second.Synchronize();
        driver.DeviceCount(out int count);
        count.Should().Be(2);
    }

    [Fact]
    public void CapturedWorkIsDoneOnlyWhenTheGraphIsLaunchedAndAsOftenAsThat()
    {
        using var machine = new EmulatedMachine();
        DeviceMemory sum = machine.Upload(0u);
        DeviceMemory copy = machine.Upload(7u);
        CudaFunction kernel = machine.Kernel(1, "red.global.add.u32 [%rd0], 1;");
        using CudaGraph graph = machine.Stream.Capture(() =>
        {
            machine.Run(kernel, [sum]);
            machine.Stream.CopyOnDevice(copy.Pointer, sum.Pointer, 4);
            machine.Stream.Fill(sum.Pointer, 100, 1);
        });
        machine.Download<uint>(sum).Should().Equal(0u);
        graph.Launch(machine.Stream);
        machine.Download<uint>(copy).Should().Equal(32u);
        graph.Launch(machine.Stream);
        machine.Download<uint>(copy).Should().Equal(132u);
        machine.Download<uint>(sum).Should().Equal(100u);
    }

    [Fact]
    public void ACaptureFollowsEventsIntoOtherStreamsAndBack()
    {
        using var machine = new EmulatedMachine();
        using var other = new CudaStream(machine.Device);
        using var fork = new CudaEvent(machine.Device, false);
        using var join = new CudaEvent(machine.Device, false);
        DeviceMemory word = machine.Upload(0u);
        void Work(bool joined)
        {
            fork.Record(machine.Stream);
            other.WaitFor(fork);
            other.Fill(word.Pointer, 5, 1);
            join.Record(other);
            if (joined)
            {
                machine.Stream.WaitFor(join);
            }
        }

        using CudaGraph graph = machine.Stream.Capture(() => Work(true));
        machine.Download<uint>(word).Should().Equal(0u);
        graph.Launch(machine.Stream);
        machine.Download<uint>(word).Should().Equal(5u);
        machine.Invoking(m => m.Stream.Capture(() => Work(false))).Should().Throw<CudaException>("the other stream's work is not waited for");
    }

    [Fact]
    public void WaitingWithinACaptureSpoilsIt()
    {
        using var machine = new EmulatedMachine();
        machine.Invoking(m => m.Stream.Capture(m.Stream.Synchronize)).Should().Throw<CudaException>().Which.Result.Should().Be(CudaResult.StreamCaptureUnsupported);
        machine.Stream.Synchronize();
    }

    [Fact]
    public void EventsTellHowManyInstructionsLieBetween()
    {
        using var machine = new EmulatedMachine(new EmulatorOptions { InstructionsPerSecond = 1_000_000 });
        using var start = new CudaEvent(machine.Device, true);
        using var end = new CudaEvent(machine.Device, true);
        CudaFunction kernel = machine.Kernel(1, "bar.sync 0;");
        DeviceMemory memory = machine.Allocate(4);
        start.Record(machine.Stream);
        machine.Run(kernel, [memory], blocks: 1000);
        end.Record(machine.Stream);
        end.MillisecondsSince(start).Should().BeApproximately(5f, 0.01f, "five instructions a block are 5,000 at a million a second");
    }

    [Fact]
    public void SharedMemoryBeyondWhatIsAllowedIsRefused()
    {
        using var machine = new EmulatedMachine();
        CudaFunction kernel = machine.Kernel(1, "bar.sync 0;");
        DeviceMemory memory = machine.Allocate(4);
        machine.Invoking(m => m.Run(kernel, [memory], shared: 60_000)).Should().Throw<CudaException>().Which.Result.Should().Be(CudaResult.InvalidValue);
        kernel.AllowSharedBytes(60_000);
        machine.Run(kernel, [memory], shared: 60_000);
        kernel.Invoking(k => k.AllowSharedBytes(1 << 20)).Should().Throw<CudaException>();
    }

    [Fact]
    public void HandlesThatAreFreedAfterTheDriverHasEndedDoNoHarm()
    {
        var machine = new EmulatedMachine();
        var late = new CudaStream(machine.Device);
        machine.Dispose();
        late.Dispose();
        machine.Driver.DeviceCount(out _).Should().Be(CudaResult.Deinitialized);
    }

    [Fact]
    public void WhatIsNotThereIsRefused()
    {
        using var machine = new EmulatedMachine();
        machine.Driver.ModuleFunction(out _, 12345, "k").Should().Be(CudaResult.InvalidHandle);
        machine.Driver.StreamSynchronize(12345).Should().Be(CudaResult.InvalidHandle);
        machine.Driver.MemoryFree(new DevicePointer(12345)).Should().Be(CudaResult.InvalidValue);
        machine.Driver.DeviceName(out _, 3).Should().Be(CudaResult.InvalidDevice);
        machine.Driver.Fill(new DevicePointer(12345), 0, 1, 0).Should().Be(CudaResult.InvalidValue);
        using var fresh = new PtxEmulator();
        fresh.DeviceCount(out _).Should().Be(CudaResult.NotInitialized);
        using var none = new PtxEmulator(new EmulatorOptions { Devices = 0 });
        none.Init().Should().Be(CudaResult.NoDevice);
    }

    [Fact]
    public void WhoWaitsForAnEventLooksAShortWhileAndThenSleeps()
    {
        using var machine = new EmulatedMachine();
        using var reached = new CudaEvent(machine.Device, timed: false);
        reached.Record(machine.Stream);
        machine.Driver.FailNext("cuEventSynchronize", CudaResult.LaunchTimeout);
        machine.Driver.FailNext("cuEventQuery", CudaResult.NotReady);
        reached.Synchronize();
        machine.Driver.HasFailuresLeft.Should().BeTrue("it was reached while it was looked at");

        for (int look = 0; look < 64; look++)
        {
            machine.Driver.FailNext("cuEventQuery", CudaResult.NotReady);
        }

        reached.Invoking(it => it.Synchronize()).Should().Throw<CudaException>().Which.Call.Should().Be("cuEventSynchronize");
        machine.Driver.HasFailuresLeft.Should().BeFalse();
    }
}
