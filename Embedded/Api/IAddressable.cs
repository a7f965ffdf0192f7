namespace Orleans.Runtime;

/// <summary>What can be called through a reference.</summary>
public interface IAddressable;
