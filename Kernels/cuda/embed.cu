// out[t, :] = table[tokens[t], :] as float. One block a token. Moves 2 bytes in and 4 out for each value; the limit is memory.
#include "common.cuh"

KERNEL(1024) embed(const int* tokens, const bf16* table, float* out, int hidden) {
    const long row = blockX();
    const bf16* from = table + (long)tokens[row] * hidden;
    for (int i = 8 * threadX(); i < hidden; i += 8 * blockSize()) {
        float values[8];
        unpack(*(const Words4*)(from + i), values);
        storeFloats(out + row * hidden + i, values);
    }
}
