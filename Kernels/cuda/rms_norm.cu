// residual += delta (where there is one); out = residual * gain / sqrt(mean(residual^2) + epsilon). One block a row; the order of the sum depends on
// the width alone. Moves 4 bytes in, 4 out, 2 in (delta) and 2 out for each value; the limit is memory.
#include "common.cuh"

KERNEL(512) rms_norm(float* residual, const bf16* delta, const float* gain, float epsilon, bf16* out, int hidden) {
    __shared__ float sums[16];
    const long start = (long)blockX() * hidden;
    const int thread = threadX(), step = 8 * blockSize();
    float sum = 0;
    for (int i = 8 * thread; i < hidden; i += step) {
        float x[8];
        loadFloats(residual + start + i, x);
        if (delta) {
            float d[8];
            unpack(*(const Words4*)(delta + start + i), d);
            #pragma unroll
            for (int j = 0; j < 8; j++) x[j] += d[j];
            storeFloats(residual + start + i, x);
        }
        #pragma unroll
        for (int j = 0; j < 8; j++) sum += x[j] * x[j];
    }

    sum = warpSum(sum);
    if (thread % 32 == 0) sums[thread / 32] = sum;
    syncBlock();
    sum = 0;
    for (int warp = 0; warp < blockSize() / 32; warp++) sum += sums[warp];
    const float scale = 1.0f / squareRoot(sum / hidden + epsilon);
    for (int i = 8 * thread; i < hidden; i += step) {
        float x[8], g[8];
        loadFloats(residual + start + i, x);
        loadFloats(gain + i, g);
        #pragma unroll
        for (int j = 0; j < 8; j++) x[j] *= scale * g[j];
        *(Words4*)(out + start + i) = pack(x);
    }
}
