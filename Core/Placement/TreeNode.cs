namespace Preble.Core.Placement;

/// <summary>A run of pages that were always asked for together. All links are indices, -1 where there is none.</summary>
internal struct TreeNode
{
    public KeyRun Run;

    /// <summary>Key of the first page, under which the parent finds the node.</summary>
    public PageKey FirstKey;

    /// <summary>Pages of the path before this node.</summary>
    public int Start;

    public int Parent;
    public int FirstChild;
    public int NextSibling;
    public int PreviousSibling;

    /// <summary>Neighbours in the order of last use over all nodes.</summary>
    public int Colder;
    public int Hotter;

    /// <summary>First of the node's holder records.</summary>
    public int FirstHolder;

    public readonly int Length => Run.Length;
}
