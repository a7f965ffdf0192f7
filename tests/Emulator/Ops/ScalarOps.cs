namespace Preble.Emulator.Ops;

/// <summary>Operations on 32-bit floats for which there is no vector instruction.</summary>
internal static class ScalarOps
{
    internal struct Log2 : IMap1<float, float>
    {
        public static float Run(float a) => (float)Math.Log2(a);
    }

    internal struct Sine : IMap1<float, float>
    {
        public static float Run(float a) => (float)Math.Sin(a);
    }

    internal struct Cosine : IMap1<float, float>
    {
        public static float Run(float a) => (float)Math.Cos(a);
    }

    internal struct Tanh : IMap1<float, float>
    {
        public static float Run(float a) => (float)Math.Tanh(a);
    }

    /// <summary>The magnitude of b with the sign of a.</summary>
    internal struct CopySign : IMap2<float, float, float>
    {
        public static float Run(float a, float b) => MathF.CopySign(b, a);
    }

    /// <summary>Cut to between 0 and 1; NaN is 0.</summary>
    internal struct AddSaturated : IMap2<float, float, float>
    {
        public static float Run(float a, float b) => float.IsNaN(a + b) ? 0 : Math.Clamp(a + b, 0f, 1f);
    }

    /// <summary>Subnormal numbers count as zeros.</summary>
    internal struct Flushed<TOp> : IMap1<float, float>
        where TOp : struct, IMap1<float, float>
    {
        public static float Run(float a) => Flush(TOp.Run(Flush(a)));

        private static float Flush(float a) => float.IsSubnormal(a) ? MathF.CopySign(0, a) : a;
    }
}
