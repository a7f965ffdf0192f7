// Attention of one new token each over its sequence's pages. The context is cut into parts of PartTokens, whatever the batch, and parts are merged in an order
// of their own, so that a row's bits depend on its own context alone. The parts of all sequences stand in one list, and as many blocks as run side by side
// take them in turn, however many there are: the launch depends neither on how many parts there are nor on which sequences they belong to. The block that
// ends the last of a sequence's parts merges them, while others read on. The heads of a group are rows of the tensor cores' left operand (up to 16; more take
// more blocks), for the arithmetic to hide behind the loads whatever the group.
// Moves 4 headDim bytes for each token and key-value head, and 8 headDim for each part and head, most of it within the L2 cache; the limit is memory.
#include "attention.cuh"

constexpr int PartTokens = 256, Warps = HEAD > 128 ? 2 : 4, Threads = 32 * Warps, Stages = 2, TileTokens = 16, GroupMax = 16;
constexpr u32 TileBytes = TileTokens * RowBytes, StageBytes = 2 * TileBytes;
constexpr int TilesMax = PartTokens / TileTokens / Warps, BlocksSideBySide = HEAD > 128 ? 2 : HEAD > 64 ? 3 : 4;

// Parts that are merged together; what comes of them counts as one part in their first one's place, of which again as many are merged, until one is left.
constexpr int MergedMax = 32;

// A sequence's new token, and where its parts begin in the list of all parts.
struct alignas(16) Decode { int row, firstPart, contextStart, firstPage; };

// What a part adds to the mean: the sum of values weighed with exp2(score - maximum), and the weights' sum.
struct alignas(8) Weight { float maximum, sum; };
INLINE Weight loadFresh(const Weight* from) {
    Weight weight;
    asm volatile("ld.cg.v2.f32 {%0, %1}, [%2];" : "=f"(weight.maximum), "=f"(weight.sum) : "l"(from) : "memory");
    return weight;
}

// Four dims of a head, to which parts are added in their order.
struct Quad {
    Floats4 sums = {};
    // Below any score in its senses, but no infinity: two of those would meet where a warp has no tokens.
    Weight weight = {-3e38f, 0};
    INLINE void add(const Floats4& other, const Weight& of) {
        const float top = maxOf(weight.maximum, of.maximum);
        const float own = exp2Approximate(weight.maximum - top), its = exp2Approximate(of.maximum - top);
        sums = {own * sums.x + its * other.x, own * sums.y + its * other.y, own * sums.z + its * other.z, own * sums.w + its * other.w};
        weight = {top, own * weight.sum + its * of.sum};
    }
};

// What a warp knows of the block's part and the coming ones, each thing fetched while the part before the one that needs it is computed: the sequences of this
// part and the next two, in turn, the number of the third's, and the pages of the warp's tiles of the next one.
constexpr int Turns = 4;
struct Known { Decode decodes[Turns]; int sequence, pages[TilesMax]; };

// A part of a sequence; number counts the parts of all.
struct Part {
    Decode decode;
    int number;
    INLINE int inSequence() const { return number - decode.firstPart; }
    INLINE int ofSequence() const { return ceilingOf(decode.contextStart + 1, PartTokens); }
    // Where a head's sums of the sequence's first part stand, the others' behind them.
    INLINE long place(int heads, int head) const { return (long)decode.firstPart * heads + (long)head * ofSequence(); }
    INLINE int tokens() const { return minOf(PartTokens, decode.contextStart + 1 - inSequence() * PartTokens); }
};

// The sequence of the part of number i stands in parts[1 + i]; parts[0] says how many there are. Blocks: (key-value heads' groups of GroupMax query heads, as
// many as run side by side), which take parts in turn. A warp takes every Warps-th tile of 16 tokens of a part, each within a page, and begins with the next
// part's first one before it ends a part, for loads to be on their way all the time.
KERNEL(Threads, BlocksSideBySide) JOIN(attention_decode, HEAD)(const bf16* qkv, const bf16* pages, const Decode* decodes, const int* parts, const int* pageList,
    int heads, int kvHeads, int headDim, int pageTokens, float scale, float* partSums, Weight* partWeights, u32* arrivals, bf16* out) {
    __shared__ Known knownOfWarps[Warps];
    __shared__ bool merges;
    __shared__ Weight mergedWeights[GroupMax];
    const Shape shape(heads, kvHeads, headDim, pageTokens);
    const int groups = gridX() / kvHeads, kvHead = blockX() / groups, inGroup = blockX() % groups * GroupMax;
    const int firstHead = kvHead * shape.group() + inGroup, headCount = minOf(GroupMax, shape.group() - inGroup), last = renewed(parts[0] - 1);
    const int lane = threadX() % 32, warp = renewed(threadX() / 32);
    // The warps' first tiles, and behind them their second ones: where these were, sums meet at the end of a part.
    const u32 ring = sharedAddress(dynamicShared) + warp * StageBytes, right = rightLane(lane), left = leftLane(lane);
    Known& known = knownOfWarps[warp];

    auto laneTile = [&](const Part& part) { return minOf(warp + renewed(lane) % TilesMax * Warps, ceilingOf(part.tokens(), TileTokens) - 1); };
    auto lanePosition = [&](const Part& part) { return part.inSequence() * PartTokens + laneTile(part) * TileTokens; };
    auto lanePage = [&](const Part& part) { return pageList + part.decode.firstPage + shape.pageOf(lanePosition(part)); };
    auto numberOf = [&](int turn) { return blockY() + renewed(turn) * gridY(); };
    auto sequenceOf = [&](int number) { return parts + 1 + minOf(number, last); };
    // Lane i knows where the keys of the warp's i-th tile begin. The rest are tokens from a tile on.
    u64 laneKeys;
    int tokens;
    constexpr int Step = Warps * TileTokens;
    auto fetch = [&](int i, int rest) {
        const bf16* keys = pages + shuffleFrom(laneKeys, i);
        if (rest > 0) {
            const u32 stage = renewed(ring + i % Stages * (Warps * StageBytes));
            const u32 at = renewed((u32)lane);
            #pragma unroll
            for (int n = 0; n < TileTokens * Chunks / 32; n++) {
                const int row = rowOf<32>(at, n), chunk = chunkOf<32>(at, n);
                const bool wanted = row < rest && 8 * chunk < headDim;
                const bf16* key = keys + row * headDim + 8 * chunk;
                copyAsync(chunkAddress(stage, row, chunk), key, wanted);
                copyAsync(chunkAddress(stage + TileBytes, row, chunk), key + shape.partWidth(), wanted);
            }
        }
        commitCopies();
    };

    // A part's second tile, and what is needed after it. Of parts that are not there the last one's are fetched.
    auto begin = [&](int turn) {
        const Part coming = {known.decodes[(turn + 1) % Turns], minOf(numberOf(turn + 1), last)};
        if (lane < TilesMax) copyWordAsync(&known.pages[lane], lanePage(coming));
        if (lane == TilesMax) {
            copyAsync(sharedAddress(&known.decodes[(turn + 2) % Turns]), decodes + known.sequence, true);
            copyWordAsync(&known.sequence, sequenceOf(numberOf(turn + 3)));
        }
        fetch(1, tokens - renewed(warp) * TileTokens - Step);
    };

    // 1. The first part, and what is known of the next ones.
    if (blockY() > last) return;
    if (lane == 0) {
        known.decodes[0] = decodes[*sequenceOf(numberOf(0))];
        known.decodes[1] = decodes[*sequenceOf(numberOf(1))];
        known.sequence = *sequenceOf(numberOf(2));
    }
    syncWarp();
    const Part first = {known.decodes[0], numberOf(0)};
    tokens = first.tokens();
    laneKeys = shape.keyIn(*lanePage(first), kvHead, lanePosition(first));
    fetch(0, tokens - renewed(warp) * TileTokens);
    begin(0);

    for (int turn = 0;; turn++) {
        // 2. Queries, straight to where the tensor cores want them: heads lane / 4 and 8 further on.
        const int own = renewed(lane);
        const bf16* row = qkv + (long)known.decodes[turn % Turns].row * shape.rowWidth() + firstHead * headDim;
        u32 queries[HEAD / 16][4];
        #pragma unroll
        for (int k = 0; k < HEAD / 16; k++)
            #pragma unroll
            for (int i = 0; i < 4; i++) {
                const int head = own / 4 + i % 2 * 8, dim = 16 * k + own % 4 * 2 + i / 2 * 8;
                queries[k][i] = head < headCount && dim < headDim ? *(const u32*)(row + head * headDim + dim) : 0;
            }

        // 3. The warp's tiles, by the online softmax of attention_prefill.cu.
        const float exponentScale = scale * Log2E;
        float sums[HEAD / 8][4] = {};
        Weight weights[2] = {{-infinity(), 0}, {-infinity(), 0}};
        for (int i = 0, rest = tokens - renewed(warp) * TileTokens; rest > 0; i++, rest -= Step) {
            awaitCopies<Stages - 1>();
            syncWarp();
            const u32 stage = ring + i % Stages * (Warps * StageBytes), keys = renewed(stage + right), values = renewed(stage + TileBytes + left);
            float scores[2][4] = {};
            #pragma unroll
            for (int k = 0; k < HEAD / 16; k++) {
                u32 matrices[4];
                loadMatrices(matrices, keys + placeIn(0, k));
                multiply(scores[0], queries[k], matrices[0], matrices[1]);
                multiply(scores[1], queries[k], matrices[2], matrices[3]);
            }
            const int seen = renewed(rest - lane % 4 * 2);
            #pragma unroll
            for (int c = 0; c < 8; c++) {
                float& score = scores[c / 4][c % 4];
                score = c / 4 * 8 + c % 2 < seen ? score * exponentScale : -infinity();
            }
            u32 p[4];
            #pragma unroll
            for (int half = 0; half < 2; half++) {
                const float low = maxOf(scores[0][2 * half], scores[0][2 * half + 1]), high = maxOf(scores[1][2 * half], scores[1][2 * half + 1]);
                const float top = maxOf(weights[half].maximum, rowMaximum(maxOf(low, high)));
                const float factor = exp2Approximate(weights[half].maximum - top);
                weights[half].maximum = top;
                weights[half].sum *= factor;
                #pragma unroll
                for (int j = 0; j < HEAD / 8; j++) { sums[j][2 * half] *= factor; sums[j][2 * half + 1] *= factor; }
                #pragma unroll
                for (int j = 0; j < 2; j++) {
                    const float a = exp2Approximate(scores[j][2 * half] - top), b = exp2Approximate(scores[j][2 * half + 1] - top);
                    weights[half].sum += a + b;
                    p[2 * j + half] = pairOf(a, b);
                }
            }
            #pragma unroll
            for (int j = 0; j < HEAD / 16; j++) {
                u32 matrices[4];
                loadMatricesTransposed(matrices, values + placeIn(0, j));
                multiply(sums[2 * j], p, matrices[0], matrices[1]);
                multiply(sums[2 * j + 1], p, matrices[2], matrices[3]);
            }
            syncWarp();
            fetch(i + Stages, rest - Stages * Step);
        }

        // 4. The next part's first tile.
        awaitCopies<0>();
        syncWarp();
        const Part part = {known.decodes[turn % Turns], numberOf(turn)};
        const int number = numberOf(turn + 1);
        if (number <= last) {
            const Part next = {known.decodes[(turn + 1) % Turns], number};
            tokens = next.tokens();
            laneKeys = shape.keyIn(known.pages[lane % TilesMax], kvHead, lanePosition(next));
            fetch(0, tokens - renewed(warp) * TileTokens);
        }

        // 5. The warps' sums meet in shared memory and are added in the warps' order.
        syncBlock();
        const int ofWarp = renewed(warp), ofLane = renewed(lane), thread = ofWarp * 32 + ofLane;
        float* warpSums = (float*)((u8*)dynamicShared + Warps * StageBytes);
        Weight* warpWeights = (Weight*)(warpSums + Warps * GroupMax * HEAD);
        #pragma unroll
        for (int half = 0; half < 2; half++) {
            const int head = ofLane / 4 + 8 * half;
            const float sum = rowSum(weights[half].sum);
            if (head >= headCount) continue;
            if (ofLane % 4 == 0) warpWeights[ofWarp * GroupMax + head] = {weights[half].maximum, sum};
            float* to = warpSums + (ofWarp * GroupMax + head) * HEAD + ofLane % 4 * 2;
            #pragma unroll
            for (int j = 0; j < HEAD / 8; j++) { to[8 * j] = sums[j][2 * half]; to[8 * j + 1] = sums[j][2 * half + 1]; }
        }
        syncBlock();
        // Renewed, for nothing of it to be computed before the loop and kept through it.
        const int dims = renewed(headDim), quads = dims / 4, ofGroup = renewed(headCount), from = renewed(firstHead), count = part.ofSequence();
        auto sumsOf = [&](int head, int inSequence) { return partSums + (part.place(renewed(heads), from + head) + inSequence) * dims; };
        auto weightOf = [&](int head, int inSequence) -> Weight& { return partWeights[part.place(renewed(heads), from + head) + inSequence]; };
        auto finish = [&](const Quad& quad, int head, int dim) {
            const float share = 1.0f / quad.weight.sum;
            u32* to = (u32*)(out + ((long)part.decode.row * renewed(heads) + from + head) * dims + dim);
            to[0] = pairOf(quad.sums.x * share, quad.sums.y * share);
            to[1] = pairOf(quad.sums.z * share, quad.sums.w * share);
        };
        for (int i = thread; i < ofGroup * quads; i += Threads) {
            const int head = i / quads, dim = i % quads * 4;
            Quad quad;
            for (int w = 0; w < Warps; w++)
                quad.add(*(const Floats4*)(warpSums + (w * GroupMax + head) * HEAD + dim), warpWeights[w * GroupMax + head]);
            if (count == 1) finish(quad, head, dim);
            else *(Floats4*)(sumsOf(head, part.inSequence()) + dim) = quad.sums;
            if (count > 1 && dim == 0) weightOf(head, part.inSequence()) = quad.weight;
        }
        syncBlock();
        // The next part's second tile comes where the sums were.
        if (number <= last) begin(turn + 1);

        // 6. The last to come of those that are merged together merges them, level by level; at each, parts are so many, and a stride of the first ones apart.
        for (int level = 0, stride = 1, left = count; left > 1; level++, stride *= MergedMax, left = ceilingOf(left, MergedMax)) {
            const int begun = part.inSequence() / stride / MergedMax * MergedMax, merged = minOf(MergedMax, left - begun), place = begun * stride;
            if (merged == 1) continue;
            if (thread == 0) merges = comesLast(arrivals + (long)(part.decode.firstPart + place + level) * gridX() + blockX(), merged - 1);
            syncBlock();
            if (!merges) break;
            for (int i = thread; i < ofGroup * quads; i += Threads) {
                const int head = i / quads, dim = i % quads * 4;
                // Loads of several parts are on their way together.
                constexpr int Ahead = 8;
                Quad quad;
                for (int done = 0; done < merged; done += Ahead) {
                    Weight aheadWeights[Ahead];
                    Floats4 aheadSums[Ahead];
                    #pragma unroll
                    for (int j = 0; j < Ahead; j++) {
                        const int at = place + minOf(done + j, merged - 1) * stride;
                        aheadWeights[j] = loadFresh(&weightOf(head, at));
                        aheadSums[j] = loadFresh(sumsOf(head, at) + dim);
                    }
                    #pragma unroll
                    for (int j = 0; j < Ahead; j++)
                        if (done + j < merged) quad.add(aheadSums[j], aheadWeights[j]);
                }
                if (left <= MergedMax) finish(quad, head, dim);
                else *(Floats4*)(sumsOf(head, place) + dim) = quad.sums;
                if (dim == 0) mergedWeights[head] = quad.weight;
            }
            syncBlock();
            // The first part's weight, which all of a head's threads have read by now, gives way. Those who write it meet the thread that comes for them next.
            if (left > MergedMax && thread < ofGroup) weightOf(thread, place) = mergedWeights[thread];
            syncWarp();
        }
        if (number > last) return;
    }
}
