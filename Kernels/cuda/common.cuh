// What all kernels share, without a CUDA toolkit: qualifiers, thread indices, barriers and bfloat16, for clang's NVPTX back end and for nvcc alike.
#pragma once

#ifdef __clang__
#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __shared__ __attribute__((shared))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __forceinline__ inline __attribute__((always_inline))
#endif

// Threads of a block and, where registers are to allow it, blocks that a multiprocessor runs side by side.
#define KERNEL(...) extern "C" __global__ void __launch_bounds__(__VA_ARGS__)
#define INLINE __device__ __forceinline__

typedef unsigned char u8;
typedef unsigned short bf16;
typedef unsigned int u32;
typedef unsigned long long u64;

struct alignas(16) Words4 { u32 x, y, z, w; };
struct alignas(16) Floats4 { float x, y, z, w; };

// Sixteen bytes by one instruction; of a struct that is copied as a whole, clang moves the halves.
INLINE Words4 loadWords(const void* from) {
    const Words4& words = *(const Words4*)from;
    return {words.x, words.y, words.z, words.w};
}
INLINE void storeWords(void* to, const Words4& words) {
    Words4& target = *(Words4*)to;
    target.x = words.x; target.y = words.y; target.z = words.z; target.w = words.w;
}

#ifdef __clang__
INLINE int threadX() { return __nvvm_read_ptx_sreg_tid_x(); }
INLINE int blockX() { return __nvvm_read_ptx_sreg_ctaid_x(); }
INLINE int blockY() { return __nvvm_read_ptx_sreg_ctaid_y(); }
INLINE int blockZ() { return __nvvm_read_ptx_sreg_ctaid_z(); }
INLINE int blockSize() { return __nvvm_read_ptx_sreg_ntid_x(); }
INLINE int gridX() { return __nvvm_read_ptx_sreg_nctaid_x(); }
INLINE int gridY() { return __nvvm_read_ptx_sreg_nctaid_y(); }
INLINE int gridZ() { return __nvvm_read_ptx_sreg_nctaid_z(); }
#else
INLINE int threadX() { return threadIdx.x; }
INLINE int blockX() { return blockIdx.x; }
INLINE int blockY() { return blockIdx.y; }
INLINE int blockZ() { return blockIdx.z; }
INLINE int blockSize() { return blockDim.x; }
INLINE int gridX() { return gridDim.x; }
INLINE int gridY() { return gridDim.y; }
INLINE int gridZ() { return gridDim.z; }
#endif

// The same value, which the compiler takes for another: what is derived from it behind this is computed behind this. At the head of a loop it keeps addresses
// that differ by constants from being computed before the loop and filling the registers through all of it; the instructions take the constants themselves.
INLINE u32 renewed(u32 value) { asm volatile("" : "+r"(value)); return value; }
INLINE int renewed(int value) { asm volatile("" : "+r"(value)); return value; }
template <class T> INLINE const T* renewed(const T* pointer) { asm volatile("" : "+l"(pointer)); return pointer; }

INLINE void syncBlock() { asm volatile("bar.sync 0;" ::: "memory"); }
INLINE void syncWarp() { asm volatile("bar.warp.sync 0xffffffff;" ::: "memory"); }

// Whether this block comes after so many others, the last of all; 0 is left for those who come next. What a block wrote before its threads met and one of them
// came here is seen by the threads of the last one that meet after that, if they read it by loadFresh.
INLINE bool comesLast(u32* arrivals, u32 others) {
    u32 before;
    asm volatile("fence.acq_rel.gpu;" ::: "memory");
    asm volatile("atom.relaxed.gpu.inc.u32 %0, [%1], %2;" : "=r"(before) : "l"(arrivals), "r"(others) : "memory");
    if (before != others) return false;
    asm volatile("fence.acq_rel.gpu;" ::: "memory");
    return true;
}

// Past the multiprocessor's own cache, in which older values may stand.
INLINE Floats4 loadFresh(const float* from) {
    Floats4 values;
    asm volatile("ld.cg.v4.f32 {%0, %1, %2, %3}, [%4];" : "=f"(values.x), "=f"(values.y), "=f"(values.z), "=f"(values.w) : "l"(from) : "memory");
    return values;
}

// An address in shared memory, as instructions take it.
INLINE u32 sharedAddress(const void* pointer) {
    u64 address;
    asm("cvta.to.shared.u64 %0, %1;" : "=l"(address) : "l"(pointer));
    return (u32)address;
}

INLINE u32 shuffleXor(u32 value, int lanes) {
    u32 result;
    asm volatile("shfl.sync.bfly.b32 %0, %1, %2, 0x1f, 0xffffffff;" : "=r"(result) : "r"(value), "r"(lanes));
    return result;
}

INLINE u32 shuffleFrom(u32 value, int lane) {
    u32 result;
    asm volatile("shfl.sync.idx.b32 %0, %1, %2, 0x1f, 0xffffffff;" : "=r"(result) : "r"(value), "r"(lane));
    return result;
}

// Sum over the lanes of a warp.
INLINE u32 addLanes(u32 value) {
    u32 sum;
    asm volatile("redux.sync.add.u32 %0, %1, 0xffffffff;" : "=r"(sum) : "r"(value));
    return sum;
}

INLINE u64 shuffleFrom(u64 value, int lane) { return (u64)shuffleFrom((u32)(value >> 32), lane) << 32 | shuffleFrom((u32)value, lane); }

INLINE u32 shuffleUp(u32 value, int lanes) {
    u32 result;
    asm volatile("shfl.sync.up.b32 %0, %1, %2, 0, 0xffffffff;" : "=r"(result) : "r"(value), "r"(lanes));
    return result;
}

// A bit for each lane that votes for it; how many bits are set, and the lowest of them. CUDA's headers have functions of the obvious names.
#ifdef __clang__
INLINE u32 lanesFor(bool vote) { return __nvvm_vote_ballot_sync(0xffffffff, vote); }
INLINE int bitsIn(u32 bits) { return __builtin_popcount(bits); }
INLINE int lowestBit(u32 bits) { return __builtin_ctz(bits); }
#else
INLINE u32 lanesFor(bool vote) { return __ballot_sync(0xffffffff, vote); }
INLINE int bitsIn(u32 bits) { return __popc(bits); }
INLINE int lowestBit(u32 bits) { return __ffs(bits) - 1; }
#endif

INLINE u32 bitsOf(float value) { return __builtin_bit_cast(u32, value); }
INLINE float floatOf(u32 bits) { return __builtin_bit_cast(float, bits); }
INLINE float shuffleXor(float value, int lanes) { return floatOf(shuffleXor(bitsOf(value), lanes)); }

// Sum and maximum over the lanes of a warp; every lane gets the same bits.
INLINE float warpSum(float value) {
    for (int lanes = 16; lanes > 0; lanes /= 2) value += shuffleXor(value, lanes);
    return value;
}

INLINE float maxOf(float a, float b) { float larger; asm("max.f32 %0, %1, %2;" : "=f"(larger) : "f"(a), "f"(b)); return larger; }
INLINE int minOf(int a, int b) { return a < b ? a : b; }
INLINE int maxOf(int a, int b) { return a > b ? a : b; }
INLINE constexpr int ceilingOf(int a, int b) { return (a + b - 1) / b; }

constexpr float Log2E = 1.4426950408889634f;
INLINE float infinity() { return floatOf(0x7f800000); }

INLINE float exp2Approximate(float x) { float y; asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
INLINE float squareRoot(float x) { float y; asm("sqrt.rn.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
INLINE float reciprocal(float x) { float y; asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }

// bfloat16: the upper half of a float; pairs hold the lower index in the lower half.
INLINE float lowOf(u32 pair) { return floatOf(pair << 16); }
INLINE float highOf(u32 pair) { return floatOf(pair & 0xffff0000u); }
INLINE u32 pairOf(float low, float high) { u32 pair; asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low)); return pair; }

// Eight consecutive bfloat16 (16 bytes) as floats and back, rounded to nearest even.
INLINE void unpack(const Words4& words, float (&values)[8]) {
    const u32 pairs[4] = {words.x, words.y, words.z, words.w};
    #pragma unroll
    for (int i = 0; i < 4; i++) { values[2 * i] = lowOf(pairs[i]); values[2 * i + 1] = highOf(pairs[i]); }
}

INLINE Words4 pack(const float (&v)[8]) { return {pairOf(v[0], v[1]), pairOf(v[2], v[3]), pairOf(v[4], v[5]), pairOf(v[6], v[7])}; }

INLINE void loadFloats(const float* from, float (&values)[8]) {
    const Floats4 a = *(const Floats4*)from, b = *(const Floats4*)(from + 4);
    values[0] = a.x; values[1] = a.y; values[2] = a.z; values[3] = a.w;
    values[4] = b.x; values[5] = b.y; values[6] = b.z; values[7] = b.w;
}

INLINE void storeFloats(float* to, const float (&v)[8]) {
    *(Floats4*)to = {v[0], v[1], v[2], v[3]};
    *(Floats4*)(to + 4) = {v[4], v[5], v[6], v[7]};
}
