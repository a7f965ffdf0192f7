using Preble.Core;
using Preble.Core.Serving;
using Preble.Grains.Interfaces;
using Preble.Silo.Engines;

namespace Preble.Silo.Tests;

public sealed class SequenceReportTests
{
    [Theory]
    [InlineData(Core.Serving.SequencePhase.Waiting, Grains.Interfaces.SequencePhase.Waiting)]
    [InlineData(Core.Serving.SequencePhase.Prefill, Grains.Interfaces.SequencePhase.Prefill)]
    [InlineData(Core.Serving.SequencePhase.Decode, Grains.Interfaces.SequencePhase.Decode)]
    public void WhatAnEngineKnowsOfASequenceIsReportedWhole(Core.Serving.SequencePhase phase, Grains.Interfaces.SequencePhase reported)
    {
        var snapshot = new SequenceSnapshot(
            new RequestId("r"), Choice: 1, phase, PromptTokens: 2, CachedTokens: 3, PrefillTokensLeft: 4, ContextTokens: 5, GeneratedTokens: 6)
        {
            UnheldTokens = 7,
        };

        Wire.Report(snapshot).Should().Be(new SequenceReport
        {
            RequestId = "r",
            Choice = 1,
            Phase = reported,
            CachedTokens = 3,
            PrefillTokensLeft = 4,
            ContextTokens = 5,
            GeneratedTokens = 6,
            UnheldTokens = 7,
        });
    }
}
