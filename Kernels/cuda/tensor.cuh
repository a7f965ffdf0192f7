// Tensor cores and what feeds them: asynchronous copies into shared memory, ldmatrix, and m16n8k16 products of bfloat16 accumulated in float.
#pragma once
#include "common.cuh"

extern __shared__ Words4 dynamicShared[];

// Sixteen bytes from global to shared memory, past the registers; zeros instead unless wanted. Source must be a valid address in either case.
INLINE void copyAsync(u32 target, const void* source, bool wanted) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" :: "r"(target), "l"(source), "r"(wanted ? 16 : 0) : "memory");
}

// Four bytes.
INLINE void copyWordAsync(void* target, const void* source) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" :: "r"(sharedAddress(target)), "l"(source) : "memory");
}

INLINE void commitCopies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits for this thread's copies but the latest groups.
template <int Groups> INLINE void awaitCopies() { asm volatile("cp.async.wait_group %0;" :: "n"(Groups) : "memory"); }

// Four 8x8 matrices whose rows' addresses the lanes name, eight lanes a matrix; lane i gets elements (i / 4, 2 (i % 4)) and the next of each.
INLINE void loadMatrices(u32 (&m)[4], u32 address) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(m[0]), "=r"(m[1]), "=r"(m[2]), "=r"(m[3]) : "r"(address) : "memory");
}

// The same of the transposed matrices.
INLINE void loadMatricesTransposed(u32 (&m)[4], u32 address) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
        : "=r"(m[0]), "=r"(m[1]), "=r"(m[2]), "=r"(m[3]) : "r"(address) : "memory");
}

// c[16, 8] += a[16, 16] b[16, 8]. Of lane i, with r = i / 4 and q = 2 (i % 4): a has (r, q), (r + 8, q), (r, q + 8), (r + 8, q + 8), b has (q, r), (q + 8, r),
// and c has (r, q), (r, q + 1), (r + 8, q), (r + 8, q + 1); pairs run along k.
INLINE void multiply(float (&c)[4], const u32 (&a)[4], u32 b0, u32 b1) {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
