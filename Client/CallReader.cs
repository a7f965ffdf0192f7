using Preble.Grains.Interfaces;

namespace Preble.Client;

/// <summary>Has a silo read a call, and another one where that is lost: reading changes nothing, so that it may be done again.</summary>
/// <param name="prepare">Has any silo read it; what its host throws comes in our own terms.</param>
/// <param name="patience">For how long another silo is looked for since one was lost; zero for not at all.</param>
/// <param name="clock">Measures it.</param>
/// <param name="cancellationToken">The caller's.</param>
internal sealed class CallReader(Func<Task<PreparedCall>> prepare, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
{
    /// <summary>For which the first silo may take to read it; each next one may take twice as long as the one before.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);

    /// <summary>The call as it is read first.</summary>
    /// <exception cref="PrebleException">It is refused, or no silo reads it.</exception>
    public async Task<PreparedCall> ReadAsync()
    {
        if (patience == TimeSpan.Zero)
        {
            return Accepted(await prepare());
        }

        try
        {
            return Accepted(await prepare().WaitAsync(AnswerLimit, clock, cancellationToken));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && IsLost(exception))
        {
            return await ReadAgainAsync(exception, clock.GetTimestamp());
        }
    }

    /// <summary>The call as another silo reads it, or what the first was lost by.</summary>
    /// <param name="lost">By what.</param>
    /// <param name="lostAt">When, by the clock.</param>
    /// <exception cref="PrebleException">It is refused, or patience is over.</exception>
    public async Task<PreparedCall> ReadAgainAsync(Exception lost, long lostAt)
    {
        TimeSpan limit = AnswerLimit;
        for (TimeSpan pause = PauseMin; ; pause = 2 * pause < PauseMax ? 2 * pause : PauseMax)
        {
            if (clock.GetElapsedTime(lostAt) + pause > patience)
            {
                throw FailureTable.Of(lost);
            }

            await Task.Delay(pause, clock, cancellationToken);
            try
            {
                return Accepted(await prepare().WaitAsync(limit, clock, cancellationToken));
            }
            catch (TimeoutException) when (!cancellationToken.IsCancellationRequested)
            {
                limit *= 2;
            }
            catch (PrebleException exception) when (exception.Failure == PrebleFailure.ClusterUnavailable)
            {
                // The next may be there.
            }
        }
    }

    private static PreparedCall Accepted(PreparedCall call) => call.Refusal is { } refusal ? throw FailureTable.Of(refusal) : call;

    private static bool IsLost(Exception exception) => FailureTable.IsLost((exception as PrebleException)?.InnerException ?? exception);
}
