using Preble.Kernels.Device;

namespace Preble.Kernels.Checking;

/// <summary>Ops made once for all cases that use them: the driver compiles a kernel in some tenths of a second.</summary>
internal sealed class OpCache(CudaDevice device) : IDisposable
{
    private readonly Dictionary<(Type Op, object Shape), IDisposable> _ops = [];

    /// <summary>The op for a shape; made if it is not there.</summary>
    internal T Get<T>(Func<CudaDevice, T> make, object? shape)
        where T : class, IDisposable
    {
        (Type, object) key = (typeof(T), shape ?? "");
        if (!_ops.TryGetValue(key, out IDisposable? op))
        {
            _ops[key] = op = make(device);
        }

        return (T)op;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable op in _ops.Values)
        {
            op.Dispose();
        }
    }
}
