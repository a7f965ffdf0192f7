namespace Preble.Engine.Tests.Support;

/// <summary>A line of reference.jsonl.</summary>
internal sealed record ReferencePrompt(int[] PromptIds, float[] LastLogits, int[] GreedyIds, string GreedyText);
