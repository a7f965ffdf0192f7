using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>Where a request has been in vain, and what follows from it.</summary>
/// <param name="attemptsMax">Workers that may fail it.</param>
/// <param name="movesMax">Workers that may pass it on.</param>
internal sealed class RequestMoves(int attemptsMax, int movesMax)
{
    private int _attempts;
    private int _moves;
    private bool _wasTaken;
    private bool _isShutOut;

    /// <summary>Workers not to be tried next.</summary>
    public List<string> Excluded { get; } = [];

    /// <summary>
    /// Whether the request waits where it was refused a place: always for a worker to come, but a request that no worker ever took is told at once that
    /// queues are full.
    /// </summary>
    public bool Waits(Outcome refusal) => refusal switch
    {
        Outcome.NoWorker => _wasTaken || !_isShutOut,
        Outcome.QueueFull => _wasTaken,
        _ => false,
    };

    /// <summary>Notes that it ended on a worker, and tells whether it may go on elsewhere.</summary>
    public bool MayMove(string worker, Outcome outcome)
    {
        Excluded.Add(worker);
        _isShutOut = outcome == Outcome.QueueFull;
        _wasTaken |= outcome is Outcome.WorkerLost or Outcome.WorkerDraining;
        bool isPassedOn = outcome == Outcome.WorkerDraining || (outcome == Outcome.QueueFull && _wasTaken);
        return outcome is Outcome.WorkerLost or Outcome.WorkerDraining or Outcome.QueueFull
            && (isPassedOn ? ++_moves <= movesMax : ++_attempts < attemptsMax);
    }
}
