using System.Threading.Channels;
using Preble.Core;
using Preble.Core.Serving;
using Preble.Engine.Sampling;
using Preble.Grains;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Engines;

/// <summary>
/// A request inside an engine: the samplers of its choices, and the stream that they write. Only the engine's thread writes; what is not yet read is
/// bounded by the request's own limit of new tokens.
/// </summary>
internal sealed class LiveRequest
{
    private readonly string _workerId;
    private readonly Channel<GenerationEvent> _output = Channel.CreateUnbounded<GenerationEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly int[] _cached;
    private int _choicesLeft;
    private volatile bool _ended;

    /// <param name="workerId">Where it runs.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="pageTokens">Tokens in a page.</param>
    /// <param name="samplers">One for each choice; null for one that has already ended elsewhere. [choices]</param>
    public LiveRequest(string workerId, GenerateRequest request, int pageTokens, SequenceSampler?[] samplers)
    {
        _workerId = workerId;
        _cached = new int[samplers.Length];
        _choicesLeft = samplers.Count(sampler => sampler is not null);
        Samplers = samplers;
        Request = request;
        Id = new RequestId(request.RequestId);
        Prompt = new Prompt(request.PromptTokens, request.PageKeySeed, pageTokens);
    }

    public GenerateRequest Request { get; }

    public RequestId Id { get; }

    public Prompt Prompt { get; }

    /// <summary>[choices]</summary>
    public SequenceSampler?[] Samplers { get; }

    /// <summary>What the client reads.</summary>
    public ChannelReader<GenerationEvent> Output => _output.Reader;

    /// <summary>Whether nothing more will be written; readable from any thread.</summary>
    public bool HasEnded => _ended;

    /// <summary>Whether any of it was computed.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Notes that a choice is being computed, and what of it did not have to be.</summary>
    public void Begin(int choice, int cachedTokens)
    {
        HasBegun = true;
        _cached[choice] = cachedTokens;
    }

    /// <summary>A choice as the scheduler runs it.</summary>
    public SequenceRequest Sequence(int choice, ITokenSampler sampler) => new()
    {
        Id = Id,
        Choice = choice,
        Prompt = Prompt,
        Generated = Request.Generated is { } generated ? generated[choice] : default(ReadOnlyMemory<int>),
        MaxNewTokens = Request.Sampling.MaxTokens,
        Sampler = sampler,
    };

    /// <summary>Passes on a token of a choice.</summary>
    public void Write(int choice, int token, FinishReason? finish)
    {
        SequenceSampler sampler = Samplers[choice]!;
        SampledPiece piece = sampler.LastPiece;
        string text = finish == FinishReason.Length ? piece.Text + sampler.Flush() : piece.Text;
        _output.Writer.TryWrite(new GenerationEvent
        {
            Choice = choice,
            Tokens = [token],
            Text = text,
            Logprobs = piece.Logprobs is { } logprobs ? [Wire.Logprobs(logprobs)] : null,
            Finish = finish is { } reason ? Wire.Finish(reason) : null,
            StopString = piece.StopString,
            StopToken = piece.StopToken,
            CachedTokens = _cached[choice],
            WorkerId = _workerId,
        });

        if (finish is not null && --_choicesLeft == 0)
        {
            End();
        }
    }

    /// <summary>Ends a choice that had reached its limit before it came here.</summary>
    public void EndAtLimit(int choice)
    {
        _output.Writer.TryWrite(new GenerationEvent
        {
            Choice = choice,
            Tokens = [],
            Text = Samplers[choice]!.Flush(),
            Finish = Wire.Finish(FinishReason.Length),
            CachedTokens = 0,
            WorkerId = _workerId,
        });

        if (--_choicesLeft == 0)
        {
            End();
        }
    }

    /// <summary>Ends the whole request as failed.</summary>
    public void Fail(Outcome outcome, string message)
    {
        if (!_ended)
        {
            _output.Writer.TryWrite(Failures.Event(_workerId, outcome, message));
            End();
        }
    }

    /// <summary>Ends the stream without a word: nobody reads it.</summary>
    public void End()
    {
        _ended = true;
        _output.Writer.TryComplete();
    }
}
