namespace Preble.Embedded.Tests.Grains;

/// <summary>Things that a grain may do and should rather not.</summary>
public interface IOddGrain : IGrainWithStringKey
{
    Task ReturnNull();

    Task Leave(int value);

    Task<int> Find();

    Task HangOnDeactivation();

    Task HangOnActivation();

    Task StartTimer(TimeSpan due, TimeSpan period);

    Task ChangeTimer(TimeSpan due, TimeSpan period);

    Task<bool> Cancellable(string gate, CancellationToken cancellationToken);
}
