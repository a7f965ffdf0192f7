// Copies pages of all layers: into a buffer [page, layer, bytes], back, and from page to page. Blocks: (parts of a page, pages, layers). Moves each byte in
// and out once; the limit is memory, or the link that the buffer is then sent over.
#include "common.cuh"

constexpr int Threads = 256, Words = 4;

// Four words of sixteen bytes a thread, all on their way before the first is written.
INLINE void copyPart(const u8* from, u8* to, long bytes) {
    const long first = 16 * ((long)blockX() * Words * Threads + threadX());
    Words4 words[Words];
    #pragma unroll
    for (int i = 0; i < Words; i++)
        if (first + i * 16 * Threads < bytes) words[i] = loadWords(from + first + i * 16 * Threads);
    #pragma unroll
    for (int i = 0; i < Words; i++)
        if (first + i * 16 * Threads < bytes) storeWords(to + first + i * 16 * Threads, words[i]);
}

INLINE long bufferOffset(long bytes) { return ((long)blockY() * gridZ() + blockZ()) * bytes; }

KERNEL(Threads) page_gather(const int* pages, const u8* pool, long layerBytes, long pageBytes, u8* buffer) {
    copyPart(pool + blockZ() * layerBytes + pages[blockY()] * pageBytes, buffer + bufferOffset(pageBytes), pageBytes);
}

KERNEL(Threads) page_scatter(const int* pages, u8* pool, long layerBytes, long pageBytes, const u8* buffer) {
    copyPart(buffer + bufferOffset(pageBytes), pool + blockZ() * layerBytes + pages[blockY()] * pageBytes, pageBytes);
}

KERNEL(Threads) page_move(const int* sources, const int* targets, u8* pool, long layerBytes, long pageBytes) {
    u8* layer = pool + blockZ() * layerBytes;
    copyPart(layer + sources[blockY()] * pageBytes, layer + targets[blockY()] * pageBytes, pageBytes);
}
