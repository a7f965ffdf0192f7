// Causal attention of new tokens over their sequences' pages (which hold the new tokens, too), ragged batch, grouped queries: the online softmax of
// FlashAttention-2 on tensor cores. A block takes a tile of rows of one head and walks over the keys in steps from position 0 on, so that a row's bits depend
// neither on how its prompt was cut nor on the batch. 4 HEAD FLOP for each pair of query and key that sees it; the limit is mma.sync (see gemm.cu). A warp
// has 32 rows (16 at head size 256), for each key and value in shared memory to be used for all of them: with 16 rows shared memory would be the limit. So it
// nearly is with steps of 32 keys on compute capability 9.0, where a multiprocessor multiplies twice as fast and reads as much as on 8.0 (queries are read
// anew in each step): there steps have 64 at head size 128, too, and two blocks' keys and values still fit beside each other, which they do not on 8.0.
// Blocks: (heads, tiles of rows, the last first as they take longest, entries).
#include "attention.cuh"

#if __CUDA_ARCH__ >= 900
constexpr int WideHeadMax = 128;
#else
constexpr int WideHeadMax = 96;
#endif
constexpr int Threads = 128, RowTiles = HEAD > 128 ? 1 : 2, Rows = 64 * RowTiles, Keys = HEAD > WideHeadMax ? 32 : 64;
constexpr u32 TileBytes = Keys * RowBytes, StageBytes = 2 * TileBytes;

// Keys and then values of positions [first, first + Keys); zeros from contextEnd on.
INLINE void fetchKeys(u32 stage, const bf16* pages, const int* table, const Shape& shape, int kvHead, int first, int contextEnd) {
    static_assert(Keys * Chunks % Threads == 0);
    const u32 thread = renewed((u32)threadX());
    #pragma unroll
    for (int n = 0; n < Keys * Chunks / Threads; n++) {
        const int row = rowOf<Threads>(thread, n), chunk = chunkOf<Threads>(thread, n), position = first + row;
        const bool wanted = position < contextEnd && 8 * chunk < shape.headDim;
        const bf16* key = pages + shape.key(table, kvHead, minOf(position, contextEnd - 1)) + 8 * chunk;
        copyAsync(chunkAddress(stage, row, chunk), key, wanted);
        copyAsync(chunkAddress(stage + TileBytes, row, chunk), key + shape.partWidth(), wanted);
    }
}

KERNEL(Threads) JOIN(attention_prefill, HEAD)(const bf16* qkv, bf16* out, const bf16* pages, const Entry* entries, const int* pageList,
    int heads, int kvHeads, int headDim, int pageTokens, float scale) {
    const Shape shape(heads, kvHeads, headDim, pageTokens);
    const Entry entry = entries[blockZ()];
    const int head = blockX(), kvHead = head / shape.group(), firstRow = (gridY() - 1 - blockY()) * Rows;
    if (firstRow >= entry.queryTokens) return;
    const int rows = minOf(Rows, entry.queryTokens - firstRow), contextEnd = entry.contextStart + firstRow + rows;
    const int* table = pageList + entry.firstPage;
    const u32 queries = sharedAddress(dynamicShared), ring = queries + Rows * RowBytes;

    // 1. Queries and the first keys.
    for (int i = threadX(); i < Rows * Chunks; i += Threads) {
        const int row = i / Chunks, chunk = i % Chunks;
        const bool wanted = row < rows && 8 * chunk < headDim;
        const bf16* query = qkv + (wanted ? (long)(entry.firstRow + firstRow + row) * shape.rowWidth() + head * headDim + 8 * chunk : 0);
        copyAsync(chunkAddress(queries, row, chunk), query, wanted);
    }
    fetchKeys(ring, pages, table, shape, kvHead, 0, contextEnd);
    commitCopies();

    // 2. Rows of this thread: 16 i + lane / 4 of its warp's, and 8 further on; half says which.
    const int lane = threadX() % 32, warpRow = threadX() / 32 * 16 * RowTiles;
    const int warpPosition = entry.contextStart + firstRow + warpRow;
    const int warpEnd = warpRow < rows ? minOf(warpPosition + 16 * RowTiles, contextEnd) : 0;
    const u32 ownQueries = queries + placeIn(warpRow, 0) + leftLane(lane), right = rightLane(lane), left = leftLane(lane);
    const float exponentScale = scale * Log2E;
    float sums[RowTiles][HEAD / 8][4] = {}, maxima[RowTiles][2], weights[RowTiles][2] = {};
    #pragma unroll
    for (int i = 0; i < RowTiles; i++) maxima[i][0] = maxima[i][1] = -infinity();

    // 3. Keys in order; the next ones are on their way meanwhile. A warp passes over those that none of its rows sees.
    const int steps = ceilingOf(contextEnd, Keys);
    for (int step = 0; step < steps; step++) {
        awaitCopies<0>();
        syncBlock();
        if (step + 1 < steps) fetchKeys(ring + (step + 1) % 2 * StageBytes, pages, table, shape, kvHead, (step + 1) * Keys, contextEnd);
        commitCopies();
        if (step * Keys >= warpEnd) continue;
        const u32 stage = ring + step % 2 * StageBytes, keys = renewed(stage + right), values = renewed(stage + TileBytes + left), asked = renewed(ownQueries);

        // 3.1 Scores.
        float scores[RowTiles][Keys / 8][4] = {};
        #pragma unroll
        for (int k = 0; k < HEAD / 16; k++) {
            u32 q[RowTiles][4];
            #pragma unroll
            for (int i = 0; i < RowTiles; i++) loadMatrices(q[i], asked + placeIn(16 * i, k));
            #pragma unroll
            for (int j = 0; j < Keys / 16; j++) {
                u32 matrices[4];
                loadMatrices(matrices, keys + placeIn(16 * j, k));
                #pragma unroll
                for (int i = 0; i < RowTiles; i++) {
                    multiply(scores[i][2 * j], q[i], matrices[0], matrices[1]);
                    multiply(scores[i][2 * j + 1], q[i], matrices[2], matrices[3]);
                }
            }
        }
        if ((step + 1) * Keys > warpPosition + 1) {
            #pragma unroll
            for (int i = 0; i < RowTiles; i++)
                #pragma unroll
                for (int half = 0; half < 2; half++) {
                    // Keys of this lane that the row sees.
                    const int seen = renewed(warpPosition + 16 * i + lane / 4 + 8 * half - step * Keys - lane % 4 * 2);
                    #pragma unroll
                    for (int j = 0; j < Keys / 8; j++) {
                        if (8 * j > seen) scores[i][j][2 * half] = -infinity();
                        if (8 * j + 1 > seen) scores[i][j][2 * half + 1] = -infinity();
                    }
                }
        }

        // 3.2 New maxima; what was summed is scaled down where they rose. A factor of 1 changes no bits.
        float factors[RowTiles][2];
        bool rose = false;
        #pragma unroll
        for (int i = 0; i < RowTiles; i++)
            #pragma unroll
            for (int half = 0; half < 2; half++) {
                float top = maxima[i][half];
                #pragma unroll
                for (int j = 0; j < Keys / 8; j++) top = maxOf(maxOf(top, scores[i][j][2 * half]), scores[i][j][2 * half + 1]);
                top = rowMaximum(top);
                rose |= top != maxima[i][half];
                factors[i][half] = exp2Approximate((maxima[i][half] - top) * exponentScale);
                maxima[i][half] = top;
            }
        if (lanesFor(rose)) {
            #pragma unroll
            for (int i = 0; i < RowTiles; i++)
                #pragma unroll
                for (int half = 0; half < 2; half++) {
                    weights[i][half] *= factors[i][half];
                    #pragma unroll
                    for (int j = 0; j < HEAD / 8; j++) {
                        sums[i][j][2 * half] *= factors[i][half];
                        sums[i][j][2 * half + 1] *= factors[i][half];
                    }
                }
        }

        // 3.3 Probabilities, and values weighed with them.
        #pragma unroll
        for (int k = 0; k < Keys / 16; k++) {
            u32 p[RowTiles][4];
            #pragma unroll
            for (int i = 0; i < RowTiles; i++)
                #pragma unroll
                for (int part = 0; part < 4; part++) {
                    const int half = part % 2, column = 2 * k + part / 2;
                    const float top = maxima[i][half] * exponentScale;
                    const float low = exp2Approximate(scores[i][column][2 * half] * exponentScale - top);
                    const float high = exp2Approximate(scores[i][column][2 * half + 1] * exponentScale - top);
                    weights[i][half] += low + high;
                    p[i][part] = pairOf(low, high);
                }
            #pragma unroll
            for (int j = 0; j < HEAD / 16; j++) {
                u32 matrices[4];
                loadMatricesTransposed(matrices, values + placeIn(16 * k, j));
                #pragma unroll
                for (int i = 0; i < RowTiles; i++) {
                    multiply(sums[i][2 * j], p[i], matrices[0], matrices[1]);
                    multiply(sums[i][2 * j + 1], p[i], matrices[2], matrices[3]);
                }
            }
        }
    }

    // 4. Means.
    #pragma unroll
    for (int i = 0; i < RowTiles; i++)
        #pragma unroll
        for (int half = 0; half < 2; half++) {
            const float factor = 1.0f / rowSum(weights[i][half]);
            const int row = warpRow + 16 * i + 8 * half + lane / 4;
            if (row >= rows) continue;
            bf16* to = out + ((long)(entry.firstRow + firstRow + row) * heads + head) * headDim + lane % 4 * 2;
            #pragma unroll
            for (int j = 0; j < HEAD / 8; j++)
                if (8 * j < headDim) *(u32*)(to + 8 * j) = pairOf(sums[i][j][2 * half] * factor, sums[i][j][2 * half + 1] * factor);
        }
}
