// Attention of one new token each over its sequence's pages. The context is cut into parts of PartTokens, whatever the batch; a part with the query heads of
// one key-value head is an item of work, and a second kernel merges the parts in an order of its own. So a row's bits depend on its own context alone. The parts of all
// sequences stand in one list, and as many blocks as run side by side take items in turn, however many there are: the launch depends neither on how many
// parts there are nor on which sequences they belong to. The heads of a group are rows of the tensor cores' left operand (up to 16; more take more items),
// for the arithmetic to hide behind the loads whatever the group.
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

// One part for the heads [inGroup, inGroup + GroupMax) of a group.
INLINE void attend(const Shape& shape, const bf16* qkv, const bf16* pages, const Decode& decode, const int* table, int part, int kvHead, int inGroup, float scale,
    float* partSums, Weight* partWeights) {
    const int start = part * PartTokens, tokens = minOf(PartTokens, decode.contextStart + 1 - start), headDim = shape.headDim;
    const int firstHead = kvHead * shape.group() + inGroup, headCount = minOf(GroupMax, shape.group() - inGroup);
    const int thread = renewed(threadX()), lane = thread % 32, warp = thread / 32, tiles = ceilingOf(tokens, TileTokens);
    const u32 ring = sharedAddress(dynamicShared) + warp * Stages * StageBytes, right = rightLane(lane), left = leftLane(lane);

    // 1. A warp takes every Warps-th tile of 16 tokens, each within a page; lane i knows where the warp's i-th begins.
    const int laneTile = warp + lane % TilesMax * Warps;
    const u64 laneKeys = laneTile < tiles ? shape.key(table, kvHead, start + laneTile * TileTokens) : 0;
    auto fetch = [&](int i) {
        const int tile = warp + i * Warps;
        const bf16* keys = pages + shuffleFrom(laneKeys, i);
        if (tile < tiles) {
            const u32 stage = renewed(ring + i % Stages * StageBytes);
            const u32 at = renewed((u32)lane);
            #pragma unroll
            for (int n = 0; n < TileTokens * Chunks / 32; n++) {
                const int row = rowOf<32>(at, n), chunk = chunkOf<32>(at, n);
                const bool wanted = tile * TileTokens + row < tokens && 8 * chunk < headDim;
                const bf16* key = keys + row * headDim + 8 * chunk;
                copyAsync(chunkAddress(stage, row, chunk), key, wanted);
                copyAsync(chunkAddress(stage + TileBytes, row, chunk), key + shape.partWidth(), wanted);
            }
        }
        commitCopies();
    };
    #pragma unroll
    for (int i = 0; i < Stages; i++) fetch(i);

    // 2. Queries, straight to where the tensor cores want them: heads lane / 4 and 8 further on.
    u32 queries[HEAD / 16][4];
    #pragma unroll
    for (int k = 0; k < HEAD / 16; k++)
        #pragma unroll
        for (int i = 0; i < 4; i++) {
            const int head = lane / 4 + i % 2 * 8, dim = 16 * k + lane % 4 * 2 + i / 2 * 8;
            queries[k][i] = head < headCount && dim < headDim
                ? *(const u32*)(qkv + (long)decode.row * shape.rowWidth() + (firstHead + head) * headDim + dim) : 0;
        }

    // 3. The warp's tiles, by the online softmax of attention_prefill.cu.
    const float exponentScale = scale * Log2E;
    float sums[HEAD / 8][4] = {};
    Weight weights[2] = {{-infinity(), 0}, {-infinity(), 0}};
    for (int i = 0; warp + i * Warps < tiles; i++) {
        awaitCopies<Stages - 1>();
        syncWarp();
        const u32 stage = ring + i % Stages * StageBytes, keys = renewed(stage + right), values = renewed(stage + TileBytes + left);
        float scores[2][4] = {};
        #pragma unroll
        for (int k = 0; k < HEAD / 16; k++) {
            u32 matrices[4];
            loadMatrices(matrices, keys + placeIn(0, k));
            multiply(scores[0], queries[k], matrices[0], matrices[1]);
            multiply(scores[1], queries[k], matrices[2], matrices[3]);
        }
        const int seen = renewed(tokens - (warp + i * Warps) * TileTokens - lane % 4 * 2);
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
        fetch(i + Stages);
    }

    // 4. The warps' sums meet in shared memory, where the tiles were, and are merged in the warps' order.
    syncBlock();
    float* warpSums = (float*)dynamicShared;
    Weight* warpWeights = (Weight*)(warpSums + Warps * GroupMax * HEAD);
    #pragma unroll
    for (int half = 0; half < 2; half++) {
        const int head = lane / 4 + 8 * half;
        const float sum = rowSum(weights[half].sum);
        if (head >= headCount) continue;
        if (lane % 4 == 0) warpWeights[warp * GroupMax + head] = {weights[half].maximum, sum};
        float* to = warpSums + (warp * GroupMax + head) * HEAD + lane % 4 * 2;
        #pragma unroll
        for (int j = 0; j < HEAD / 8; j++) { to[8 * j] = sums[j][2 * half]; to[8 * j + 1] = sums[j][2 * half + 1]; }
    }
    syncBlock();
    for (int i = thread; i < headCount * headDim; i += Threads) {
        const int head = i / headDim, dim = i % headDim;
        float maximum = -infinity(), sum = 0, weight = 0;
        for (int w = 0; w < Warps; w++) maximum = maxOf(maximum, warpWeights[w * GroupMax + head].maximum);
        for (int w = 0; w < Warps; w++) {
            const Weight of = warpWeights[w * GroupMax + head];
            const float factor = exp2Approximate(of.maximum - maximum);
            sum += factor * warpSums[(w * GroupMax + head) * HEAD + dim];
            weight += factor * of.sum;
        }
        const long place = placeOf(decode, shape.heads, firstHead + head, part);
        partSums[place * headDim + dim] = sum;
        if (dim == 0) partWeights[place] = {maximum, weight};
    }
}

// The sequence of the part of number i stands in parts[1 + i]; parts[0] says how many there are.
KERNEL(Threads, BlocksSideBySide) JOIN(attention_decode, HEAD)(const bf16* qkv, const bf16* pages, const Decode* decodes, const int* parts, const int* pageList,
    int heads, int kvHeads, int headDim, int pageTokens, float scale, float* partSums, Weight* partWeights) {
    const Shape shape(heads, kvHeads, headDim, pageTokens);
    const int groupItems = ceilingOf(shape.group(), GroupMax), partItems = kvHeads * groupItems, items = parts[0] * partItems;
    for (int item = blockX(); item < items; item += gridX()) {
        const int number = item / partItems, inPart = item % partItems;
        const Decode decode = decodes[parts[1 + number]];
        attend(shape, qkv, pages, decode, pageList + decode.firstPage, number - decode.firstPart, inPart / groupItems, inPart % groupItems * GroupMax, scale,
            partSums, partWeights);
        // What was merged lies where the next item's tiles will.
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
