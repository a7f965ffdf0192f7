// Attention of one new token each over its sequence's pages. The context is cut into parts of PartTokens, whatever the batch, and a second kernel merges the
// parts in an order of its own, so that a row's bits depend on its own context alone. The parts of all sequences stand in one list, and as many blocks as run
// side by side take them in turn, however many there are: the launch depends neither on how many parts there are nor on which sequences they belong to. The
// heads of a group are rows of the tensor cores' left operand (up to 16; more take more blocks), for the arithmetic to hide behind the loads whatever the
// group.
// Moves 4 headDim bytes for each token and key-value head, and 8 headDim for each part and head, most of it within the L2 cache; the limit is memory.
#include "attention.cuh"

constexpr int PartTokens = 256, Warps = HEAD > 128 ? 2 : 4, Threads = 32 * Warps, Stages = 2, TileTokens = 16, GroupMax = 16;
constexpr u32 TileBytes = TileTokens * RowBytes, StageBytes = 2 * TileBytes;
constexpr int TilesMax = PartTokens / TileTokens / Warps, BlocksSideBySide = HEAD > 128 ? 2 : 3, MergeWarps = 8;

// A sequence's new token, and where its parts begin in the list of all parts.
struct alignas(16) Decode { int row, firstPart, contextStart, firstPage; };

// Where a part's sums stand: those of a head lie behind one another.
INLINE long placeOf(const Decode& decode, int heads, int head, int part) {
    return (long)decode.firstPart * heads + (long)head * ceilingOf(decode.contextStart + 1, PartTokens) + part;
}

// What a part adds to the mean: the sum of values weighed with exp2(score - maximum), and the weights' sum.
struct alignas(8) Weight { float maximum, sum; };

// What a warp knows of the block's part and the coming ones, each thing fetched while the part before the one that needs it is computed: the sequences of this
// part and the next two, in turn, the number of the third's, and the pages of the warp's tiles of the next one.
constexpr int Turns = 4;
struct Known { Decode decodes[Turns]; int sequence, pages[TilesMax]; };

// A part of a sequence; number counts the parts of all.
struct Part {
    Decode decode;
    int number;
    INLINE int inSequence() const { return number - decode.firstPart; }
    INLINE int tokens() const { return minOf(PartTokens, decode.contextStart + 1 - inSequence() * PartTokens); }
};

// The sequence of the part of number i stands in parts[1 + i]; parts[0] says how many there are. Blocks: (key-value heads' groups of GroupMax query heads, as
// many as run side by side), which take parts in turn. A warp takes every Warps-th tile of 16 tokens of a part, each within a page, and begins with the next
// part's first one before it ends a part, for loads to be on their way all the time.
KERNEL(Threads, BlocksSideBySide) JOIN(attention_decode, HEAD)(const bf16* qkv, const bf16* pages, const Decode* decodes, const int* parts, const int* pageList,
    int heads, int kvHeads, int headDim, int pageTokens, float scale, float* partSums, Weight* partWeights) {
    __shared__ Known knownOfWarps[Warps];
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

    for (int turn = 0;; turn++) {
        // Of parts that are not there the last one's are fetched.
        const Part coming = {known.decodes[(turn + 1) % Turns], minOf(numberOf(turn + 1), last)};
        if (lane < TilesMax) copyWordAsync(&known.pages[lane], lanePage(coming));
        if (lane == TilesMax) {
            copyAsync(sharedAddress(&known.decodes[(turn + 2) % Turns]), decodes + known.sequence, true);
            copyWordAsync(&known.sequence, sequenceOf(numberOf(turn + 3)));
        }
        fetch(1, tokens - renewed(warp) * TileTokens - Step);

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

        // 5. The warps' sums meet in shared memory and are merged in the warps' order.
        syncBlock();
        const int ofWarp = renewed(warp), ofLane = renewed(lane);
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
        for (int i = ofWarp * 32 + ofLane; i < headCount * headDim; i += Threads) {
            const int head = i / headDim, dim = i % headDim;
            float maximum = -infinity(), sum = 0, weight = 0;
            for (int w = 0; w < Warps; w++) maximum = maxOf(maximum, warpWeights[w * GroupMax + head].maximum);
            for (int w = 0; w < Warps; w++) {
                const Weight of = warpWeights[w * GroupMax + head];
                const float factor = exp2Approximate(of.maximum - maximum);
                sum += factor * warpSums[(w * GroupMax + head) * HEAD + dim];
                weight += factor * of.sum;
            }
            const long place = placeOf(part.decode, heads, firstHead + head, part.inSequence());
            partSums[place * headDim + dim] = sum;
            if (dim == 0) partWeights[place] = {maximum, weight};
        }
        if (number > last) return;
        // Second tiles come where the sums were.
        syncBlock();
    }
}

// A block a sequence and head. Its warps take every MergeWarps-th part, for the many parts of a long context to be on their way together; their sums are
// added in the warps' order.
KERNEL(32 * MergeWarps) JOIN(attention_decode_merge, HEAD)(const float* partSums, const Weight* partWeights, const Decode* decodes, int heads, int headDim, bf16* out) {
    alignas(16) __shared__ float warpSums[MergeWarps][HEAD];
    __shared__ float warpWeights[MergeWarps];
    const int head = blockX(), warp = threadX() / 32, lane = threadX() % 32;
    const Decode decode = decodes[blockY()];
    const int used = ceilingOf(decode.contextStart + 1, PartTokens);
    const long place = placeOf(decode, heads, head, 0);
    const Weight* weights = partWeights + place;
    float maximum = -infinity();
    for (int part = lane; part < used; part += 32) maximum = maxOf(maximum, weights[part].maximum);
    for (int lanes = 16; lanes > 0; lanes /= 2) maximum = maxOf(maximum, shuffleXor(maximum, lanes));

    // Four parts' loads are on their way together; those beyond the last count for nothing.
    constexpr int Ahead = 4, Columns = ceilingOf(HEAD, 128);
    float sums[Columns][4] = {}, weight = 0;
    for (int first = warp; first < used; first += Ahead * MergeWarps) {
        Weight of[Ahead];
        Floats4 values[Ahead][Columns];
        #pragma unroll
        for (int i = 0; i < Ahead; i++) {
            const long part = minOf(first + i * MergeWarps, used - 1);
            of[i] = weights[part];
            #pragma unroll
            for (int j = 0; j < Columns; j++) {
                const int dim = 128 * j + 4 * lane;
                if (dim < headDim) values[i][j] = *(const Floats4*)(partSums + (place + part) * headDim + dim);
            }
        }
        #pragma unroll
        for (int i = 0; i < Ahead; i++) {
            const float factor = first + i * MergeWarps < used ? exp2Approximate(of[i].maximum - maximum) : 0;
            weight += factor * of[i].sum;
            #pragma unroll
            for (int j = 0; j < Columns; j++) {
                sums[j][0] += factor * values[i][j].x;
                sums[j][1] += factor * values[i][j].y;
                sums[j][2] += factor * values[i][j].z;
                sums[j][3] += factor * values[i][j].w;
            }
        }
    }

    if (lane == 0) warpWeights[warp] = weight;
    #pragma unroll
    for (int j = 0; j < Columns; j++) {
        const int dim = 128 * j + 4 * lane;
        if (dim < headDim) *(Floats4*)(warpSums[warp] + dim) = {sums[j][0], sums[j][1], sums[j][2], sums[j][3]};
    }
    syncBlock();
    const int dim = 2 * threadX();
    if (dim >= headDim) return;
    float low = 0, high = 0, all = 0;
    #pragma unroll
    for (int w = 0; w < MergeWarps; w++) {
        low += warpSums[w][dim];
        high += warpSums[w][dim + 1];
        all += warpWeights[w];
    }
    const float scale = used > 0 ? 1.0f / all : 0;
    *(u32*)(out + ((long)decode.row * heads + head) * headDim + dim) = pairOf(low * scale, high * scale);
}
