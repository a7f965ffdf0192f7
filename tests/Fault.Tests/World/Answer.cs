namespace Preble.Fault.Tests.World;

/// <summary>One choice of a request, complete.</summary>
internal sealed record Answer(string Text, IReadOnlyList<int> Tokens, string Finish);
