using System.Collections.Concurrent;

namespace Preble.Silo.Engines;

/// <summary>What others want of an engine: its thread answers between two steps. Any thread asks.</summary>
/// <param name="workerId">The engine's worker.</param>
internal sealed class EngineQuestions(string workerId)
{
    private readonly ConcurrentQueue<Action<EngineCore?>> _asked = new();
    private volatile bool _ended;

    /// <summary>Asks; fails with <see cref="InvalidOperationException"/> when the engine has stopped.</summary>
    /// <param name="question">Answered by the engine's thread.</param>
    /// <param name="wake">Wakes it.</param>
    public Task<T> AskAsync<T>(Func<EngineCore, T> question, Action wake)
    {
        var asked = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Enqueue(core =>
        {
            if (core is null)
            {
                asked.TrySetException(new InvalidOperationException($"Worker '{workerId}' has stopped."));
            }
            else
            {
                asked.TrySetResult(question(core));
            }
        });
        wake();
        if (_ended)
        {
            AnswerAll(null);
        }

        return asked.Task;
    }

    /// <summary>Answers what was asked. The engine's thread.</summary>
    public void Answer(EngineCore core) => AnswerAll(core);

    /// <summary>Refuses what was asked and what will be: nobody answers any more.</summary>
    public void Refuse()
    {
        _ended = true;
        AnswerAll(null);
    }

    private void AnswerAll(EngineCore? core)
    {
        while (_asked.TryDequeue(out Action<EngineCore?>? answer))
        {
            answer(core);
        }
    }
}
