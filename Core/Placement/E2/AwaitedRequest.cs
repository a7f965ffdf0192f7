namespace Preble.Core.Placement.E2;

/// <summary>A request that has not ended and has a key portion.</summary>
internal sealed class AwaitedRequest
{
    public RequestId Id;
    public KeyPortion? Portion;

    /// <summary>The portion's stamp when it was sent.</summary>
    public long Stamp;

    public double PrefillSeconds;
}
