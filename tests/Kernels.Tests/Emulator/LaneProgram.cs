using Preble.Kernels.Device;

namespace Preble.Kernels.Tests.Emulator;

/// <summary>Runs a few instructions on 32 lanes.</summary>
internal static class LaneProgram
{
    internal const int Lanes = 32;

    /// <summary>Lane by lane: a, b and c come in %r1, %r2 and %r3, the result is %r4.</summary>
    internal static uint[] Run(string body, uint[] a, uint[] b, uint[] c)
    {
        using var machine = new EmulatedMachine();
        DeviceMemory result = machine.Allocate(4 * Lanes);
        CudaFunction kernel = machine.Kernel(4, $"""
            add.u64 %rd9, %rd1, %rd8; ld.global.u32 %r1, [%rd9];
            add.u64 %rd9, %rd2, %rd8; ld.global.u32 %r2, [%rd9];
            add.u64 %rd9, %rd3, %rd8; ld.global.u32 %r3, [%rd9];
            {body}
            add.u64 %rd9, %rd0, %rd8; st.global.u32 [%rd9], %r4;
            """);
        machine.Run(kernel, [result, machine.Upload(a), machine.Upload(b), machine.Upload(c)]);
        return machine.Download<uint>(result);
    }

    /// <summary>The same with 64 bits: %rd10, %rd11 and %rd12 give %rd13; c also comes as its low half in %r3.</summary>
    internal static ulong[] Run(string body, ulong[] a, ulong[] b, ulong[] c)
    {
        using var machine = new EmulatedMachine();
        DeviceMemory result = machine.Allocate(8 * Lanes);
        CudaFunction kernel = machine.Kernel(4, $"""
            add.u64 %rd8, %rd8, %rd8;
            add.u64 %rd9, %rd1, %rd8; ld.global.u64 %rd10, [%rd9];
            add.u64 %rd9, %rd2, %rd8; ld.global.u64 %rd11, [%rd9];
            add.u64 %rd9, %rd3, %rd8; ld.global.u64 %rd12, [%rd9];
            cvt.u32.u64 %r3, %rd12;
            {body}
            add.u64 %rd9, %rd0, %rd8; st.global.u64 [%rd9], %rd13;
            """);
        machine.Run(kernel, [result, machine.Upload(a), machine.Upload(b), machine.Upload(c)]);
        return machine.Download<ulong>(result);
    }

    /// <summary>Numbers of all sizes, with those at the ends of the ranges among them.</summary>
    internal static uint[] Values(Random random) =>
        [.. Enumerable.Range(0, Lanes).Select(_ => random.Next(6) switch
        {
            0 => (uint)random.Next(40),
            1 => uint.MaxValue - (uint)random.Next(3),
            2 => 0x80000000u - (uint)random.Next(2),
            3 => (uint)random.Next(1 << 16),
            _ => (uint)random.NextInt64(1L << 32),
        })];

    /// <inheritdoc cref="Values"/>
    internal static ulong[] LongValues(Random random) => [.. Values(random).Zip(Values(random), (high, low) => random.Next(3) == 0 ? low : ((ulong)high << 32) | low)];
}
