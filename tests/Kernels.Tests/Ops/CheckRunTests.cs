using Preble.Kernels.Checking;
using Preble.Kernels.Checking.Ops;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Tests.Ops;

/// <summary>A check that cannot fail is none: what a wrong kernel would do to memory is done by hand, and must be reported.</summary>
public sealed class CheckRunTests : IDisposable
{
    private readonly EmulatedGpu _gpu = new();

    [Fact]
    public void WhatIsRightPasses() => Check(run => Written(run, 0)).Passed.Should().BeTrue();

    [Fact]
    public void AnElementThatIsALittleWrongIsReported() => Check(run => Written(run, 0.01f)).Problem.Should().Contain("row 1, element 3");

    [Fact]
    public void AnErrorOfTheNormIsReportedThoughNoElementIsFarOff()
    {
        CheckResult result = Check(run =>
        {
            var random = new Values(3);
            ErrorMeter meter = run.Meter(1e-3, 1);
            for (int row = 0; row < 8; row++)
            {
                float[] got = random.Singles(64);
                meter.Add($"row {row}", got, [.. got.Select(value => value * 1.002)]);
            }
        });

        result.Problem.Should().Contain("relative error");
        result.Error.Should().BeApproximately(0.002, 1e-4);
    }

    [Fact]
    public void AnElementThatWasNeverWrittenIsReported()
    {
        Check(run =>
        {
            CheckedArray<ushort> output = run.Output<ushort>("out", 64);
            run.Stream.Fill(output.Pointer, 0, 31);
            Rows.Whole(run, "out", output.Read());
        }).Problem.Should().Be("out: element 62 of 64 was never written");
    }

    [Fact]
    public void AnOutputThatIsNoNumberIsReported()
    {
        Check(run =>
        {
            CheckedArray<float> output = run.Output<float>("out", 8);
            run.Stream.Fill(output.Pointer, 0x7FC00000, 8);
            Rows.Whole(run, "out", output.Read());
        }).Problem.Should().Be("out: element 0 of 8 is no number");
    }

    [Theory]
    [InlineData(-1, "4 bytes before")]
    [InlineData(-128, "512 bytes before")]
    [InlineData(16, "0 bytes behind")]
    [InlineData(143, "508 bytes behind")]
    public void AWordWrittenOutsideOfABufferIsReported(int word, string where)
    {
        Check(run =>
        {
            CheckedArray<float> output = run.Output<float>("out", 16);
            run.Stream.Fill(output.Pointer + (word * sizeof(float)), 7, 1);
        }).Problem.Should().Contain("out was overrun: " + where);
    }

    [Fact]
    public void AnInputThatWasChangedIsReported()
    {
        Check(run =>
        {
            CheckedArray<float> input = run.Input("x", new float[16]);
            run.Stream.Fill(input.Pointer + (5 * sizeof(float)), 7, 1);
        }).Problem.Should().Be("x, which is only read, was changed at element 5");
    }

    [Fact]
    public void ADifferenceOfOneBitIsReportedWhereAllMustBeEqual() =>
        Check(run => run.Exact<float>("x", [1, 2, 3], [1, 2, MathF.BitIncrement(3)])).Problem.Should().StartWith("x, element 2: 3 instead of 3.0000002");

    [Fact]
    public void ACallThatIsRefusedIsAResult()
    {
        CheckCase refused = new("test", "nowhere", run => run.Stream.Fill(new(64), 0, 1));

        _gpu.Run([refused, refused]).Should().HaveCount(2).And.OnlyContain(result => !result.LostDevice && result.Problem!.Contains("cuMemsetD32Async"));
    }

    [Fact]
    public void AKernelThatLosesTheDeviceIsTheLastResult()
    {
        CheckCase lost = new("test", "far outside", run =>
        {
            var op = run.Op(device => new AddBiasOp(device));
            op.Run(run.Stream, new(64), run.Input("bias", new float[8]).Pointer, 1, 8);
        });

        CheckResult result = _gpu.Run([lost, lost]).Should().ContainSingle().Subject;

        result.LostDevice.Should().BeTrue();
        result.Problem.Should().Contain("CUDA_ERROR_ILLEGAL_ADDRESS");
        _gpu.Faults.Should().Contain("OutOfBounds in add_bias");
    }

    public void Dispose() => _gpu.Dispose();

    private static void Written(CheckRun run, float error)
    {
        float[] want = new Values(5).Singles(32, 1, 0.5f);
        float[] got = [.. want];
        got[19] += error;
        CheckedArray<float> output = run.Changed("out", got);
        ErrorMeter meter = run.Meter(1e-3, 4e-3);
        for (int row = 0; row < 2; row++)
        {
            meter.Add($"row {row}", output.Read().AsSpan(row * 16, 16), [.. want.Skip(row * 16).Take(16).Select(value => (double)value)]);
        }
    }

    private CheckResult Check(Action<CheckRun> check) => _gpu.Run([new CheckCase("test", "by hand", check)], guardBytes: KernelChecker.GuardBytes).Single();
}
