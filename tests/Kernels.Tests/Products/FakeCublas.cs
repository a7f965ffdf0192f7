using Preble.Kernels.Checking;
using Preble.Kernels.Driver;
using Preble.Kernels.Products;

namespace Preble.Kernels.Tests.Products;

/// <summary>cuBLAS by the header: multiplies on the host what lies on an emulated device, and fails where it is told to.</summary>
internal sealed unsafe class FakeCublas(ICudaDriver driver) : ICublas
{
    private const nint Handle = 77;
    private nint _stream;

    public string Name => "libcublas.so.fake";

    /// <summary>Status of cublasCreate.</summary>
    public int CreateStatus { get; init; }

    /// <summary>Status of a product by its number, from 1 on.</summary>
    public Func<int, int> GemmStatus { get; init; } = _ => 0;

    /// <summary>Changes a result.</summary>
    public Func<float, float> Spoil { get; init; } = value => value;

    /// <summary>Products so far.</summary>
    public int Products { get; private set; }

    /// <summary>Handles that live.</summary>
    public int Handles { get; private set; }

    /// <summary>The latest that was set.</summary>
    public int MathMode { get; private set; }

    public string Describe(int status) => $"status {status} as the test told";

    public int Create(out nint handle)
    {
        handle = CreateStatus == 0 ? Handle : 0;
        Handles += CreateStatus == 0 ? 1 : 0;
        return CreateStatus;
    }

    public int Destroy(nint handle)
    {
        handle.Should().Be(Handle);
        Handles--;
        return 0;
    }

    public int GetVersion(nint handle, out int version)
    {
        version = 120_905;
        return 0;
    }

    public int SetStream(nint handle, nint stream)
    {
        _stream = stream;
        return 0;
    }

    public int SetWorkspace(nint handle, DevicePointer workspace, long bytes) => 0;

    public int SetMathMode(nint handle, int mode)
    {
        MathMode = mode;
        return 0;
    }

    public int GemmEx(
        nint handle,
        int operationA,
        int operationB,
        int m,
        int n,
        int k,
        float alpha,
        DevicePointer a,
        int typeA,
        int strideA,
        DevicePointer b,
        int typeB,
        int strideB,
        float beta,
        DevicePointer c,
        int typeC,
        int strideC,
        int computeType,
        int algorithm)
    {
        if (GemmStatus(++Products) is not 0 and int status)
        {
            return status;
        }

        // Columns of a and b lie behind one another, op(a) is a's transpose: c[i, j] = sum over l of a[l, i] b[l, j].
        (handle, operationA, operationB, alpha, beta).Should().Be((Handle, 1, 0, 1f, 0f));
        (typeA, typeB, computeType, algorithm).Should().Be((14, 14, 68, -1));
        ushort[] left = Read(a, (long)strideA * m), right = Read(b, (long)strideB * n);
        float[] product = new float[(long)strideC * n];
        Parallel.For(0, n, j =>
        {
            for (int i = 0; i < m; i++)
            {
                float sum = 0;
                for (int l = 0; l < k; l++)
                {
                    sum += Bf16.ToSingle(left[((long)i * strideA) + l]) * Bf16.ToSingle(right[((long)j * strideB) + l]);
                }

                product[((long)j * strideC) + i] = Spoil(sum);
            }
        });
        if (typeC == 0)
        {
            Write(c, product);
        }
        else
        {
            typeC.Should().Be(14);
            Write(c, Array.ConvertAll(product, Bf16.FromSingle));
        }

        return 0;
    }

    private ushort[] Read(DevicePointer from, long count)
    {
        ushort[] values = new ushort[count];
        fixed (ushort* to = values)
        {
            driver.CopyToHost(to, from, (nuint)(count * sizeof(ushort)), _stream).Should().Be(CudaResult.Success);
        }

        return values;
    }

    private void Write<T>(DevicePointer to, T[] values)
        where T : unmanaged
    {
        fixed (T* from = values)
        {
            driver.CopyToDevice(to, from, (nuint)(values.LongLength * sizeof(T)), _stream).Should().Be(CudaResult.Success);
        }
    }
}
