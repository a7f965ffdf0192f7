using System.Text;
using Preble.Grains.Interfaces;

namespace Preble.Fault.Tests.World;

/// <summary>Sends one request, reads its stream, and perhaps goes away before the end.</summary>
internal sealed class SimulatedClient(Simulation simulation, GenerateRequest request, TimeSpan start, TimeSpan? patience)
{
    private readonly StringBuilder[] _texts = [.. Enumerable.Range(0, request.Choices).Select(_ => new StringBuilder())];
    private readonly List<int>[] _tokens = [.. Enumerable.Range(0, request.Choices).Select(_ => new List<int>())];
    private readonly string?[] _finishes = new string?[request.Choices];
    private readonly CancellationTokenSource _gone = new();
    private Outcome? _failure;

    public string Id => request.RequestId;

    /// <summary>How it ended; null before.</summary>
    public Outcome? Outcome { get; private set; }

    /// <summary>When it ended.</summary>
    public TimeSpan EndedAt { get; private set; }

    /// <summary>Why a failure was what it was.</summary>
    public string? Message { get; private set; }

    /// <summary>Whether it got anything.</summary>
    public bool HasBegun => Array.Exists(_tokens, tokens => tokens.Count > 0);

    /// <summary>Whether it went away by itself.</summary>
    public bool WentAway => _gone.IsCancellationRequested;

    public async Task RunAsync()
    {
        await simulation.Clock.Delay(start);
        if (patience is { } time)
        {
            simulation.Clock.After(time, _gone.Cancel);
        }

        try
        {
            await foreach (GenerationEvent item in simulation.Network.Direct!.GetGrain<IRequestGrain>(Id).RunAsync(request, _gone.Token))
            {
                simulation.Trace.Add(item.Tokens.Length > 0 ? item.Tokens[0] : -1);
                Take(item);
            }

            End(_failure ?? Preble.Grains.Interfaces.Outcome.Completed);
        }
        catch (OperationCanceledException) when (WentAway)
        {
            End(Preble.Grains.Interfaces.Outcome.Cancelled);
        }
        catch (Exception exception) when (exception is not SimulationException)
        {
            simulation.Fail($"{Id} ended with an exception: {exception}");
        }
    }

    /// <summary>What is wrong with what it got; null for nothing.</summary>
    public string? Problem()
    {
        Answer[] expected = SimulatedModel.Expected(request);
        for (int choice = 0; choice < request.Choices; choice++)
        {
            string text = _texts[choice].ToString();
            Answer answer = expected[choice];
            bool right = Outcome == Preble.Grains.Interfaces.Outcome.Completed || _finishes[choice] is not null
                ? text == answer.Text && _tokens[choice].SequenceEqual(answer.Tokens) && _finishes[choice] == answer.Finish
                : answer.Text.StartsWith(text, StringComparison.Ordinal) && answer.Tokens.Take(_tokens[choice].Count).SequenceEqual(_tokens[choice]);
            if (!right)
            {
                return $"{Id} choice {choice} ended as {Outcome} ({_finishes[choice]}) with [{string.Join(' ', _tokens[choice])}] '{text}' "
                    + $"instead of [{string.Join(' ', answer.Tokens)}] '{answer.Text}' ({answer.Finish})";
            }
        }

        if (Outcome is Preble.Grains.Interfaces.Outcome.DuplicateRequest)
        {
            return $"{Id} is a duplicate, of itself: {Message}";
        }

        return Outcome == Preble.Grains.Interfaces.Outcome.Cancelled && !WentAway ? $"{Id} was cancelled, but not by its client" : null;
    }

    private void Take(GenerationEvent item)
    {
        if (_failure is not null || (item.Failure is null && _finishes[item.Choice] is not null))
        {
            simulation.Fail($"{Id} goes on after its end");
        }

        if (item.Failure is { } failure)
        {
            _failure = failure;
            Message = item.Message;
            return;
        }

        _texts[item.Choice].Append(item.Text);
        _tokens[item.Choice].AddRange(item.Tokens);
        _finishes[item.Choice] = item.Finish;
    }

    private void End(Outcome outcome)
    {
        if (Outcome is not null)
        {
            simulation.Fail($"{Id} ended twice");
        }

        Outcome = outcome;
        EndedAt = simulation.Clock.Now;
        simulation.Trace.Note($"{Id} ended: {outcome} {Message}");
    }
}
