// Rotates queries (in place) and keys by their positions, and writes keys and values to the slots of their tokens in the pages. Pairs are (i, i + headDim/2).
// A thread takes 8 pairs of one head: heads in order queries, keys, values. Blocks: (tokens, parts of a row). Moves each of the row's values in and out
// once, 2 bytes each way, and the rotary tables; the limit is memory.
#include "common.cuh"

KERNEL(256) rope_store(bf16* qkv, const int* positions, const int* slots, const float* cosines, const float* sines, bf16* pages, int heads, int kvHeads,
    int headDim, int pageTokens) {
    const int half = headDim / 2, units = half / 8;
    const int unit = blockY() * blockSize() + threadX();
    const int head = unit / units, i = 8 * (unit % units);
    if (head >= heads + 2 * kvHeads) return;
    const long token = blockX();
    bf16* low = qkv + (token * (heads + 2 * kvHeads) + head) * headDim + i;
    bf16* high = low + half;
    Words4 first = *(const Words4*)low, second = *(const Words4*)high;
    if (head < heads + kvHeads) {
        float a[8], b[8], c[8], s[8];
        const long entry = (long)positions[token] * half + i;
        unpack(first, a);
        unpack(second, b);
        loadFloats(cosines + entry, c);
        loadFloats(sines + entry, s);
        #pragma unroll
        for (int j = 0; j < 8; j++) {
            const float x = a[j], y = b[j];
            a[j] = x * c[j] - y * s[j];
            b[j] = y * c[j] + x * s[j];
        }
        first = pack(a);
        second = pack(b);
    }

    if (head >= heads) {
        const int slot = slots[token];
        if (slot < 0) return;
        const int part = head < heads + kvHeads ? 0 : 1, kvHead = head - heads - part * kvHeads;
        low = pages + ((((long)(slot / pageTokens) * 2 + part) * kvHeads + kvHead) * pageTokens + slot % pageTokens) * headDim + i;
        high = low + half;
    }
    *(Words4*)low = first;
    *(Words4*)high = second;
}
