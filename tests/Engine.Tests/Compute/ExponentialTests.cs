using System.Runtime.Intrinsics;
using Preble.Engine.Compute;

namespace Preble.Engine.Tests.Compute;

public sealed class ExponentialTests
{
    [Fact]
    public void TheExponentialIsRightWithinTwoUnitsOfTheLastPlace()
    {
        double worst = 0;
        for (int i = -880_000; i <= 880_000; i++)
        {
            float x = i * 1e-4f;
            if (x is < -86f or > 88f)
            {
                continue;
            }

            double expected = Math.Exp(x);
            float actual = Exponential.Clamped<PortableSimd, Vector128<float>>(Vector128.Create(x))[0];
            double unit = (double)MathF.BitIncrement((float)expected) - (float)expected;
            worst = Math.Max(worst, Math.Abs(actual - expected) / unit);
        }

        worst.Should().BeLessThan(2);
    }

    [Theory]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(-86.1f, 0f)]
    [InlineData(0f, 1f)]
    public void FarBelowZeroItIsExactlyZero(float x, float expected) =>
        Exponential.OrZero<PortableSimd, Vector128<float>>(Vector128.Create(x))[1].Should().Be(expected);
}
