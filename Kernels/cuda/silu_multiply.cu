// out[t, i] = silu(gateUp[t, i]) * gateUp[t, width + i], silu(x) = x / (1 + exp(-x)). Blocks: (parts of a row, rows). Moves 4 bytes in and 2 out for each
// value; the limit is memory.
#include "common.cuh"

KERNEL(256) silu_multiply(const bf16* gateUp, bf16* out, int width) {
    const int i = 8 * (blockY() * blockSize() + threadX());
    const long row = blockX();
    if (i >= width) return;
    float gate[8], up[8];
    unpack(*(const Words4*)(gateUp + 2 * row * width + i), gate);
    unpack(*(const Words4*)(gateUp + (2 * row + 1) * width + i), up);
    #pragma unroll
    for (int j = 0; j < 8; j++) gate[j] = gate[j] * reciprocal(1 + exp2Approximate(-Log2E * gate[j])) * up[j];
    *(Words4*)(out + row * width + i) = pack(gate);
}
