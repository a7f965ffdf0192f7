using System.Diagnostics.CodeAnalysis;

namespace Preble.Core.Placement;

/// <summary>What must hold whatever the input. A failure is a defect of this code, so it throws, always.</summary>
internal static class Invariant
{
    public static void Holds([DoesNotReturnIf(false)] bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException("Broken invariant: " + what + ".");
        }
    }
}
