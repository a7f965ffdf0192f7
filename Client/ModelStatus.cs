using Preble.Grains.Interfaces;

namespace Preble.Client;

/// <summary>A model, as its scheduler sees it.</summary>
/// <param name="Name">What calls name it by.</param>
/// <param name="ContextTokensMax">Prompt and completion at most. [tokens]</param>
/// <param name="Policy">How its prompts are placed.</param>
/// <param name="Workers">Load and rates of each of its workers.</param>
public sealed record ModelStatus(string Name, int ContextTokensMax, string Policy, IReadOnlyList<WorkerStatus> Workers);
