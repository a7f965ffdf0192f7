namespace Preble.Embedded.Tests.Grains;

/// <summary>A grain for questions of age.</summary>
public interface IAgedGrain : IGrainWithStringKey
{
    Task Use();

    Task Delay(TimeSpan time);

    Task Tick(TimeSpan period, bool keepAlive);
}
