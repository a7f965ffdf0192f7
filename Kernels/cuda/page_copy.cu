// Copies pages of all layers: into a buffer [page, layer, bytes], back, and from page to page. Blocks: (parts of a page, pages, layers). Moves each byte in
// and out once; the limit is memory, or the link that the buffer is then sent over.
#include "common.cuh"

INLINE void copyPart(const u8* from, u8* to, long bytes) {
    const long i = 16 * ((long)blockX() * blockSize() + threadX());
    if (i < bytes) *(Words4*)(to + i) = *(const Words4*)(from + i);
}

INLINE long bufferOffset(long bytes) { return ((long)blockY() * gridZ() + blockZ()) * bytes; }

KERNEL(256) page_gather(const int* pages, const u8* pool, long layerBytes, long pageBytes, u8* buffer) {
    copyPart(pool + blockZ() * layerBytes + pages[blockY()] * pageBytes, buffer + bufferOffset(pageBytes), pageBytes);
}

KERNEL(256) page_scatter(const int* pages, u8* pool, long layerBytes, long pageBytes, const u8* buffer) {
    copyPart(buffer + bufferOffset(pageBytes), pool + blockZ() * layerBytes + pages[blockY()] * pageBytes, pageBytes);
}

KERNEL(256) page_move(const int* sources, const int* targets, u8* pool, long layerBytes, long pageBytes) {
    u8* layer = pool + blockZ() * layerBytes;
    copyPart(layer + sources[blockY()] * pageBytes, layer + targets[blockY()] * pageBytes, pageBytes);
}
