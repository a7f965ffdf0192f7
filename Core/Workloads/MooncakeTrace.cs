using System.Globalization;
using System.Numerics;

namespace Preble.Core.Workloads;

/// <summary>
/// Traces in the form of Mooncake's (FAST '25; kvcache-ai/Mooncake, FAST25-release): a JSON object a line with <c>timestamp</c> in milliseconds,
/// <c>input_length</c> and <c>output_length</c> in tokens, and <c>hash_ids</c>, one for each block of the prompt, equal where all of the prompt up to the block's
/// end is equal. Each block becomes a segment, the last with what is left. A line without <c>output_length</c> is answered with one token; an answer of none
/// is refused, as none can be served.
/// </summary>
public static class MooncakeTrace
{
    private const double QuantumMillisecondsMin = 1000;
    private const int StampsMin = 3;
    private const double JitterShare = 0.005;

    /// <inheritdoc cref="Read(string, TextReader, MooncakeOptions, out MooncakeFacts)"/>
    public static Workload Read(string name, TextReader lines, MooncakeOptions options) => Read(name, lines, options, out _);

    /// <summary>Reads a trace. The first request comes at 0; lines need not be in order of time, empty ones are passed over.</summary>
    /// <param name="name">What the workload is called, and the file in messages.</param>
    /// <param name="lines">The text, no longer compressed; read to its end or to <see cref="MooncakeOptions.RequestsMax"/>, and not closed.</param>
    /// <param name="options">How.</param>
    /// <param name="facts">What was found out on the way.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="FormatException">The text is not such a trace: one line that says where, what is there, and what is allowed.</exception>
    public static Workload Read(string name, TextReader lines, MooncakeOptions options, out MooncakeFacts facts)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        List<MooncakeLine> read = ReadLines(name, lines, options, out int blockTokens);
        MooncakeLine[] ordered = [.. read.OrderBy(line => line.Milliseconds)];
        double quantum = Quantum(ordered);
        double spread = options.SpreadSeconds * 1000 ?? quantum;
        double[] times = Times(ordered, spread);

        var requests = new WorkloadRequest[ordered.Length];
        for (int i = 0; i < requests.Length; i++)
        {
            requests[i] = new WorkloadRequest
            {
                Index = i,
                Arrival = Arrivals.Time((times[i] - times[0]) / 1000 / options.Speedup),
                Prompt = Segments(ordered[i], blockTokens),
                Output = new PromptSegment(OutputContent(ordered[i].Number), ordered[i].OutputTokens),
            };
        }

        double seconds = requests[^1].Arrival.TotalSeconds;
        facts = new MooncakeFacts(blockTokens, quantum / 1000, spread / 1000, requests.Length);
        return new Workload { Name = name, Requests = requests, Rate = seconds > 0 ? requests.Length / seconds : requests.Length, Seed = 0 };
    }

    private static List<MooncakeLine> ReadLines(string name, TextReader lines, MooncakeOptions options, out int blockTokens)
    {
        var read = new List<MooncakeLine>();
        int min = options.BlockTokens ?? 1;
        int max = options.BlockTokens ?? MooncakeOptions.BlockTokensMax;
        int number = 0;
        while (read.Count < options.RequestsMax && lines.ReadLine() is { } text)
        {
            number++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            MooncakeLine line = MooncakeLine.Parse(name, number, text);
            CheckBlocks(name, line, ref min, ref max);
            read.Add(line);
        }

        int power = (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)min), int.MaxValue);
        blockTokens = MooncakeOptions.PublishedBlockTokens >= min && MooncakeOptions.PublishedBlockTokens <= max ? MooncakeOptions.PublishedBlockTokens
            : power <= max ? power
            : min;
        return read.Count > 0 ? read : throw new FormatException($"{name} has no request; at least one line must be there.");
    }

    /// <summary>
    /// A prompt of L tokens in k blocks: the block has at least L / k tokens, and fewer than L / (k - 1). Each line narrows what all lines allow.
    /// </summary>
    private static void CheckBlocks(string name, MooncakeLine line, ref int min, ref int max)
    {
        int blocks = line.Hashes.Length;
        int least = (int)(((long)line.InputTokens + blocks - 1) / blocks);
        int most = blocks == 1 ? int.MaxValue : (line.InputTokens - 1) / (blocks - 1);
        if (Math.Max(min, least) > Math.Min(max, most))
        {
            string sizes = min == max ? $"blocks of {min}" : $"blocks of {min} to {max}";
            long fewest = ((long)line.InputTokens + max - 1) / max;
            long mostBlocks = ((long)line.InputTokens + min - 1) / min;
            string wanted = fewest == mostBlocks ? $"{fewest}" : $"{fewest} to {mostBlocks}";
            string what = string.Create(
                CultureInfo.InvariantCulture, $"has 'hash_ids' of {blocks} blocks for an 'input_length' of {line.InputTokens}; allowed with {sizes} tokens: {wanted}");
            throw MooncakeLine.Error(name, line.Number, what);
        }

        min = Math.Max(min, least);
        max = Math.Min(max, most);
    }

    /// <summary>
    /// The time of which all time stamps are multiples within <see cref="JitterShare"/>, or 0: at least a second, as the least gap between two stamps, and
    /// some stamps must come more than once. Steps are counted from stamp to stamp, so that errors of a millisecond each do not add up. [ms]
    /// </summary>
    private static double Quantum(MooncakeLine[] ordered)
    {
        double[] stamps = [.. ordered.Select(line => line.Milliseconds).Distinct()];
        if (stamps.Length < StampsMin || stamps.Length == ordered.Length)
        {
            return 0;
        }

        double least = stamps.Skip(1).Zip(stamps, (after, before) => after - before).Min();
        if (least < QuantumMillisecondsMin)
        {
            return 0;
        }

        var steps = new double[stamps.Length];
        for (int i = 1; i < steps.Length; i++)
        {
            steps[i] = steps[i - 1] + Math.Round((stamps[i] - stamps[i - 1]) / least);
        }

        double quantum = (stamps[^1] - stamps[0]) / steps[^1];
        bool all = steps.Zip(stamps, (step, stamp) => Math.Abs(stamp - stamps[0] - (step * quantum)) <= JitterShare * quantum).All(near => near);
        return all ? quantum : 0;
    }

    /// <summary>Times with those of the same stamp spread. [ms]</summary>
    private static double[] Times(MooncakeLine[] ordered, double spread)
    {
        var times = new double[ordered.Length];
        for (int from = 0, to; from < ordered.Length; from = to)
        {
            double stamp = ordered[from].Milliseconds;
            for (to = from + 1; to < ordered.Length && ordered[to].Milliseconds == stamp; to++)
            {
            }

            double room = to < ordered.Length ? Math.Min(spread, ordered[to].Milliseconds - stamp) : spread;
            for (int i = from; i < to; i++)
            {
                times[i] = stamp + (room * (i - from) / (to - from));
            }
        }

        return times;
    }

    private static PromptSegment[] Segments(MooncakeLine line, int blockTokens)
    {
        var segments = new PromptSegment[line.Hashes.Length];
        int left = line.InputTokens;
        for (int i = 0; i < segments.Length; i++)
        {
            segments[i] = new PromptSegment(WorkloadRandom.Mix(line.Hashes[i]), Math.Min(left, blockTokens));
            left -= segments[i].Tokens;
        }

        return segments;
    }

    /// <summary>Answers are not in a trace: each is unlike all others. (Mixed again, so that a hash of the same number is another content.)</summary>
    private static ulong OutputContent(int number) => WorkloadRandom.Mix(~WorkloadRandom.Mix((ulong)number));
}
