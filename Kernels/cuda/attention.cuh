// What both attentions share: how queries lie in a batch and keys and values in pages, and tiles of them in shared memory.
#pragma once
#include "tensor.cuh"

#ifndef HEAD
#error "HEAD is the head size to compile for: 32, 64, 80, 96, 128 or 256; smaller ones that are multiples of 16 run on it, filled with zeros"
#endif
#define JOIN_NAMES(a, b) a##_##b
#define JOIN(a, b) JOIN_NAMES(a, b)

// Consecutive rows of the batch that are one sequence's latest tokens; contextStart tokens come before them in its pages, whose ids stand from firstPage on
// in the list of all pages.
struct alignas(16) Entry { int firstRow, queryTokens, contextStart, firstPage; };

struct Shape {
    int heads, kvHeads, headDim, pageTokens;
    // 2^32 / pageTokens, rounded up: the page of any position below 2^32 / pageTokens without a division.
    u32 pagesPerToken;
    INLINE Shape(int heads, int kvHeads, int headDim, int pageTokens)
        : heads(heads), kvHeads(kvHeads), headDim(headDim), pageTokens(pageTokens), pagesPerToken(0xffffffffu / pageTokens + 1) {}
    INLINE int pageOf(int position) const { return (int)((u64)(u32)position * pagesPerToken >> 32); }
    INLINE int group() const { return heads / kvHeads; }
    INLINE int rowWidth() const { return (heads + 2 * kvHeads) * headDim; }
    // From a token's key to its value; and where the key is, in values.
    INLINE long partWidth() const { return (long)kvHeads * pageTokens * headDim; }
    INLINE long keyIn(int page, int kvHead, int position) const {
        return page * 2 * partWidth() + ((long)kvHead * pageTokens + position - pageOf(position) * pageTokens) * headDim;
    }
    INLINE long key(const int* table, int kvHead, int position) const { return keyIn(table[pageOf(position)], kvHead, position); }
};

// A tile's rows have sixteen bytes between them: an odd number of chunks, so that eight rows' equal chunks lie in all banks.
constexpr int Chunks = HEAD / 8, RowBytes = HEAD * 2 + 16;
INLINE u32 chunkAddress(u32 tile, int row, int chunk) { return tile + row * RowBytes + chunk * 16; }

// Row and chunk of a tile's n-th chunk that a thread of so many copies; where whole rows fit, rows are a constant apart and the chunk is the same.
template <int Copiers> INLINE int rowOf(u32 thread, int n) {
    return Copiers % Chunks == 0 ? thread / Chunks + n * (Copiers / Chunks) : (thread + n * Copiers) / Chunks;
}
template <int Copiers> INLINE int chunkOf(u32 thread, int n) { return Copiers % Chunks == 0 ? thread % Chunks : (thread + n * Copiers) % Chunks; }

// Addresses for loadMatrices are one of these, of the lane, and a place in a tile: 16x16 of a left operand, and of a right operand stored [n, k]. Transposed,
// the left one's serve for a right operand stored [k, n].
INLINE u32 leftLane(int lane) { return chunkAddress(0, lane % 16, lane / 16); }
INLINE u32 rightLane(int lane) { return chunkAddress(0, lane / 16 * 8 + lane % 8, lane / 8 % 2); }
INLINE constexpr u32 placeIn(int row, int step) { return row * RowBytes + step * 32; }

// Over the four lanes that hold a row of a product.
INLINE float rowMaximum(float value) {
    value = maxOf(value, shuffleXor(value, 1));
    return maxOf(value, shuffleXor(value, 2));
}
INLINE float rowSum(float value) {
    value += shuffleXor(value, 1);
    return value + shuffleXor(value, 2);
}
