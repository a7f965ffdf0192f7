using Preble.Engine.Sampling;

namespace Preble.Engine.Tests.Sampling;

public sealed class SamplingParametersTests
{
    private const int Vocabulary = 100;

    public static TheoryData<string, SamplingParameters> OutOfRange { get; } = new()
    {
        { "temperature", new() { Temperature = -0.1 } },
        { "temperature", new() { Temperature = 2.1 } },
        { "temperature", new() { Temperature = double.NaN } },
        { "top_p", new() { TopP = 0 } },
        { "top_p", new() { TopP = 1.01 } },
        { "top_p", new() { TopP = double.NaN } },
        { "top_k", new() { TopK = -2 } },
        { "min_p", new() { MinP = -0.1 } },
        { "min_p", new() { MinP = 1.1 } },
        { "repetition_penalty", new() { RepetitionPenalty = 0 } },
        { "repetition_penalty", new() { RepetitionPenalty = double.PositiveInfinity } },
        { "presence_penalty", new() { PresencePenalty = 2.5 } },
        { "frequency_penalty", new() { FrequencyPenalty = -2.5 } },
        { "logit_bias", new() { LogitBias = new Dictionary<int, double> { [Vocabulary] = 1 } } },
        { "logit_bias[5]", new() { LogitBias = new Dictionary<int, double> { [5] = 101 } } },
        { "stop", new() { Stop = [.. Enumerable.Repeat("x", 17)] } },
        { "stop[1]", new() { Stop = ["a", ""] } },
        { "stop[0]", new() { Stop = [new string('x', 1025)] } },
        { "stop[0]", new() { Stop = ["a\ud800"] } },
        { "stop_token_ids", new() { StopTokenIds = [-1] } },
        { "stop_token_ids", new() { StopTokenIds = [.. Enumerable.Repeat(1, 257)] } },
        { "max_tokens", new() { MaxTokens = 0 } },
        { "min_tokens", new() { MinTokens = -1 } },
        { "min_tokens", new() { MinTokens = 5, MaxTokens = 4 } },
        { "logprobs", new() { Logprobs = 21 } },
        { "logprobs", new() { Logprobs = -1 } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void WhatIsOutOfRangeIsToldByItsNameInTheApi(string field, SamplingParameters parameters)
    {
        var problem = parameters.Validate(Vocabulary).Should().ContainSingle().Subject;
        problem.Field.Should().Be(field);
        problem.Value.Should().NotBeEmpty();
        problem.Allowed.Should().NotBeEmpty();
    }

    [Fact]
    public void AllProblemsAreToldAtOnce() =>
        new SamplingParameters { Temperature = 9, TopP = 9, TopK = -9 }.Validate(Vocabulary)
            .Select(p => p.Field).Should().Equal("temperature", "top_p", "top_k");

    [Fact]
    public void BordersAreAllowed()
    {
        new SamplingParameters().Validate(Vocabulary).Should().BeEmpty();
        new SamplingParameters
        {
            Temperature = 2,
            TopP = 1,
            TopK = -1,
            MinP = 1,
            RepetitionPenalty = 100,
            PresencePenalty = -2,
            FrequencyPenalty = 2,
            Logprobs = 20,
            MinTokens = 3,
            MaxTokens = 3,
            LogitBias = new Dictionary<int, double> { [0] = -100, [99] = 100 },
            Stop = ["😀", new string('x', 1024)],
            StopTokenIds = [0, 99],
        }.Validate(Vocabulary).Should().BeEmpty();
    }
}
