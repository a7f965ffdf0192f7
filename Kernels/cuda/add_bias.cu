// x[t, :] += bias. One block a row. Moves 2 bytes in and 2 out for each value; the limit is memory.
#include "common.cuh"

KERNEL(1024) add_bias(bf16* x, const float* bias, int width) {
    bf16* row = x + (long)blockX() * width;
    for (int i = 8 * threadX(); i < width; i += 8 * blockSize()) {
        float values[8], added[8];
        unpack(*(const Words4*)(row + i), values);
        loadFloats(bias + i, added);
        #pragma unroll
        for (int j = 0; j < 8; j++) values[j] += added[j];
        *(Words4*)(row + i) = pack(values);
    }
}
