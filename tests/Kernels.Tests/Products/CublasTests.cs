using Preble.Emulator;
using Preble.Engine.Tests.Serving;
using Preble.Engine.Tests.Support;
using Preble.Kernels.Checking;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Products;
using Preble.Kernels.Serving;

namespace Preble.Kernels.Tests.Products;

/// <summary>cuBLAS where it works; where it is there and does not, the project's own kernel, and a line that says why.</summary>
public sealed class CublasTests : IDisposable
{
    private const string OwnKernel = "The project's own kernel multiplies matrices, which is slower.";
    private static readonly ReferencePrompt Prompt = Demo.Prompts[3];

    private readonly PtxEmulator _driver = new(new EmulatorOptions { MemoryBytes = 256 << 20 });
    private readonly List<string> _notes = [];

    public CublasTests() => _driver.Init();

    [Fact]
    public void OneThatWorksMultipliesWithFullPrecisionBetweenTheParts()
    {
        var cublas = new FakeCublas(_driver);
        Serve("cuBLAS 12.9", cublas);
        cublas.Products.Should().BeGreaterThan(100);
        cublas.MathMode.Should().Be(16, "parts of a sum must not be added in bfloat16");
        _notes.Should().BeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void OneThatCannotBeInitialisedIsDoneWithout(int status)
    {
        Serve("own", new FakeCublas(_driver) { CreateStatus = status });
        _notes.Should().Equal($"libcublas.so.fake cannot be used: cublasCreate failed with {status}: status {status} as the test told. {OwnKernel}");
    }

    [Theory]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(15)]
    public void OneWithoutKernelsForTheDeviceIsDoneWithout(int status)
    {
        Serve("own", new FakeCublas(_driver) { GemmStatus = _ => status });
        _notes.Should().Equal($"libcublas.so.fake cannot be used: cublasGemmEx (64 x 64 x 64) failed with {status}: status {status} as the test told. {OwnKernel}");
    }

    [Fact]
    public void OneThatMultipliesWronglyIsDoneWithout()
    {
        Serve("own", new FakeCublas(_driver) { Spoil = _ => 0 });
        _notes.Should().ContainSingle().Which.Should().Contain("multiplies wrongly");
    }

    [Fact]
    public void AnOlderOneThatWorksIsTakenBeforeNone()
    {
        Serve("cuBLAS 12.9", new FakeCublas(_driver) { CreateStatus = 1 }, new FakeCublas(_driver));
        _notes.Should().BeEmpty();
    }

    [Theory]
    [InlineData(3, 15)]
    [InlineData(10, 13)]
    [InlineData(40, 14)]
    public void OneThatFailsInTheMidstOfAStepIsLeftForGood(int product, int status)
    {
        var cublas = new FakeCublas(_driver) { GemmStatus = number => number == product ? status : 0 };
        Serve("own", cublas);
        cublas.Products.Should().Be(product);
        _notes.Should().ContainSingle().Which.Should().StartWith("cuBLAS 12.9 is not used any more: cublasGemmEx (").And.EndWith(OwnKernel).And.Contain($"failed with {status}");
    }

    [Fact]
    public void ADeviceThatIsLostIsNotTakenForAFaultOfCublas()
    {
        using var device = Device(new FakeCublas(_driver)
        {
            GemmStatus = number =>
            {
                _driver.Lose(0, CudaResult.EccUncorrectable);
                return 13;
            },
        });
        using var stream = new CudaStream(device);
        Action make = () => CublasProduct.TryCreate(device, stream, out _, out _)?.Dispose();
        make.Should().Throw<CudaException>().Which.Result.Should().Be(CudaResult.EccUncorrectable);
    }

    [Fact]
    public void ItsProductsAreCheckedAsTheKernelsAre()
    {
        Check(new FakeCublas(_driver)).Should().OnlyContain(result => result.Passed);
        Check(new FakeCublas(_driver) { Spoil = value => value is > 3 and < 20 ? value * 1.02f : value }).Should().Contain(result => result.Problem != null);
    }

    [Fact]
    public void WhereItIsNotItIsSaidThatNothingWasChecked()
    {
        Check().Should().OnlyContain(result => result.Skipped == "There is no cuBLAS 12 or 13 here." && !result.Passed && result.Problem == null);
        Check(new FakeCublas(_driver) { CreateStatus = 1 }).Should().OnlyContain(result => result.Skipped!.StartsWith("libcublas.so.fake cannot be used"));
    }

    public void Dispose()
    {
        _driver.Faults.Should().BeEmpty();
        _driver.LiveHandles.Should().Be(0);
        _driver.Dispose();
    }

    private CudaDevice Device(params ICublas[] libraries) => new(_driver, 0) { CublasLibraries = () => libraries };

    private CheckResult[] Check(params ICublas[] libraries)
    {
        using CudaDevice device = Device(libraries);
        return [.. KernelChecker.Run(device, ["cublas"], CheckSize.Small, seed: 5)];
    }

    /// <summary>The text is right whoever multiplies, in prefill and decode.</summary>
    private void Serve(string expected, params FakeCublas[] libraries)
    {
        using CudaDevice device = Device(libraries);
        using (CudaModel model = CudaModel.Load(Demo.Folder, device, new CudaOptions { StepTokensMax = 128, SequencesMax = 4, Graphs = false, Note = _notes.Add }))
        {
            using var pass = new CudaForwardPass(model, 64);
            new ServingRun(pass).Run([Prompt.PromptIds]).Should().Equal(Prompt.GreedyText);
            pass.MatrixProductsBy.Should().Be(expected);
        }

        libraries.Should().OnlyContain(library => library.Handles == 0);
    }
}
