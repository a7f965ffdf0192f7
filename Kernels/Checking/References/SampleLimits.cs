namespace Preble.Kernels.Checking.References;

/// <summary>How a token is drawn.</summary>
/// <param name="Temperature">Above 0.</param>
/// <param name="TopK">0 for all.</param>
/// <param name="TopP">Share of the weight that is kept; 1 for all.</param>
/// <param name="MinP">Least weight against the likeliest; 0 for all.</param>
internal sealed record SampleLimits(double Temperature, int TopK, double TopP, double MinP);
