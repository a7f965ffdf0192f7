// out[r, :] = rows[indices[r], :]. One block a row. Moves 4 bytes in and 4 out for each value; the limit is memory.
#include "common.cuh"

KERNEL(1024) gather_rows(const float* rows, const int* indices, float* out, int width) {
    const float* from = rows + (long)indices[blockX()] * width;
    float* to = out + (long)blockX() * width;
    for (int i = 4 * threadX(); i < width; i += 4 * blockSize()) storeWords(to + i, loadWords(from + i));
}
