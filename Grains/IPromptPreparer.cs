using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>The gateway's reading of calls, for the prompt grain. Any thread.</summary>
public interface IPromptPreparer
{
    /// <summary>The models that this silo can prepare prompts for.</summary>
    IReadOnlyList<ServedModelInfo> Models { get; }

    /// <summary>A call that can be run, or why it is refused; never throws for what a caller wrote.</summary>
    PreparedCall Prepare(CallBody body);
}
