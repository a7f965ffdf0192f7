namespace Preble.Core.Workloads;

/// <summary>
/// A radix tree over the tokens of segments that never makes the tokens: an edge is a run of one content. Exact, as equal contents have equal tokens up to the
/// shorter length and different ones differ from their first.
/// <para>Memory: a node for each segment that no other prompt had in that place, and one for each place where two lengths of one content part.</para>
/// </summary>
internal sealed class SegmentTree
{
    private readonly Dictionary<(int Parent, ulong Content, int Offset), int> _children = [];
    private readonly List<Node> _nodes = [default];

    /// <summary>Tokens in the tree: what an infinite cache would hold. [tokens]</summary>
    public long Tokens { get; private set; }

    /// <summary>Walks along segments as far as the tree goes, counts the prompt on that way, and adds the rest.</summary>
    /// <param name="segments">What is added.</param>
    /// <param name="prompt">How many of them, from the first, are the prompt: they are counted, the others only stored.</param>
    /// <returns>Tokens of the prompt that were there before. [tokens]</returns>
    public int Add(ReadOnlySpan<PromptSegment> segments, int prompt)
    {
        int node = 0;
        int found = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            int offset = 0;
            while (offset < segments[i].Tokens)
            {
                if (_children.TryGetValue((node, segments[i].Content, offset), out int child))
                {
                    int tokens = Math.Min(_nodes[child].Tokens, segments[i].Tokens - offset);
                    node = tokens < _nodes[child].Tokens ? Split(node, child, segments[i].Content, offset, tokens) : child;
                    found += i < prompt ? tokens : 0;
                    offset += tokens;
                }
                else
                {
                    node = Append(node, segments[i].Content, offset, segments[i].Tokens - offset);
                    offset = segments[i].Tokens;
                }

                if (i < prompt)
                {
                    _nodes[node] = _nodes[node] with { Prompts = _nodes[node].Prompts + 1 };
                }
            }
        }

        return found;
    }

    /// <summary>
    /// The way of a prompt that was added, as the paper's tree has it: a step is a run of tokens that are shared by the same number of prompts, whatever it
    /// consists of. (In one way through a tree the same number is the same prompts.)
    /// </summary>
    /// <param name="prompt">Was added.</param>
    /// <param name="steps">Receives the steps, from the root; cleared before.</param>
    public void Trace(ReadOnlySpan<PromptSegment> prompt, List<Step> steps)
    {
        steps.Clear();
        int node = 0;
        foreach (PromptSegment segment in prompt)
        {
            for (int offset = 0; offset < segment.Tokens; offset += _nodes[node].Tokens)
            {
                node = _children[(node, segment.Content, offset)];
                Node here = _nodes[node];
                if (steps.Count > 0 && steps[^1].Prompts == here.Prompts)
                {
                    steps[^1] = steps[^1] with { Tokens = steps[^1].Tokens + here.Tokens };
                }
                else
                {
                    steps.Add(new Step(node, here.Tokens, here.Prompts));
                }
            }
        }
    }

    private int Append(int parent, ulong content, int offset, int tokens)
    {
        _nodes.Add(new Node(tokens, 0));
        _children.Add((parent, content, offset), _nodes.Count - 1);
        Tokens += tokens;
        return _nodes.Count - 1;
    }

    /// <summary>Puts a node for the first tokens of a child above it. The child keeps its own children, and its number.</summary>
    private int Split(int parent, int child, ulong content, int offset, int tokens)
    {
        _nodes.Add(_nodes[child] with { Tokens = tokens });
        int upper = _nodes.Count - 1;
        _children[(parent, content, offset)] = upper;
        _children.Add((upper, content, offset + tokens), child);
        _nodes[child] = _nodes[child] with { Tokens = _nodes[child].Tokens - tokens };
        return upper;
    }

    /// <summary>Some tokens of a way that the same prompts go.</summary>
    /// <param name="Node">Tells steps apart.</param>
    /// <param name="Tokens">[tokens]</param>
    /// <param name="Prompts">That share them, at least 1.</param>
    public readonly record struct Step(int Node, int Tokens, int Prompts);

    /// <param name="Tokens">Of the edge that leads here; 0 for the root.</param>
    /// <param name="Prompts">That go through it.</param>
    private readonly record struct Node(int Tokens, int Prompts);
}
