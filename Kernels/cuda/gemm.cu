// out[M, N] = a[M, K] w[N, K]^T on tensor cores, float accumulation over k in order, sixteen at a time, whatever the tile: a row's bits do not depend on the
// others. A tile's slices of a and w stream through a ring of asynchronous copies in shared memory; N and K are multiples of 8, tails are filled with zeros.
// 2 M N K FLOP; moves 2 (M K + N K) bytes in and 2 or 4 M N out. Few rows are limited by the memory that w comes from, so tiles are narrow, for all
// multiprocessors to share in it, and the ring is long; many rows by mma.sync, about 0.6 of the peak that Hopper's wgmma has, on Ampere all of it.
#include "tensor.cuh"

// Rows of 64 values (128 bytes) in shared memory; a row's eight chunks of 16 bytes change places by row, so that eight rows' equal chunks lie in all banks.
constexpr int Depth = 64;
INLINE u32 chunkAddress(u32 tile, int row, int chunk) { return tile + row * (2 * Depth) + ((chunk ^ (row & 7)) * 16); }

// Copies Rows rows of a slice, of which rows are in the matrix; source is this thread's part of the first one, and valid an address that always is one.
template <int Rows, int Threads> INLINE void copyTile(u32 tile, const bf16* source, const bf16* valid, int rows, bool isInside, int depth) {
    static_assert(Rows * 8 % Threads == 0);
    const int row = renewed((u32)threadX()) / 8;
    const u32 to = chunkAddress(tile, row, threadX() % 8);
    #pragma unroll
    for (int i = 0; i < Rows * 8 / Threads; i++) {
        const bool wanted = isInside && row + i * (Threads / 8) < rows;
        copyAsync(to + i * (Threads / 8 * 2 * Depth), wanted ? source : valid, wanted);
        source += (long)(Threads / 8) * depth;
    }
}

INLINE void store(bf16* out, float low, float high) { *(u32*)out = pairOf(low, high); }
INLINE void store(float* out, float low, float high) { *(u64*)out = (u64)bitsOf(high) << 32 | bitsOf(low); }

// A block computes TileM x TileN outputs with WarpsM x WarpsN warps; WarpN is a multiple of 8, of 16 unless it is 8.
template <int TileM, int TileN, int WarpsM, int WarpsN, int Stages, class Out>
INLINE void product(const bf16* a, const bf16* w, Out* out, int m, int n, int k) {
    constexpr int Threads = 32 * WarpsM * WarpsN, RowTiles = TileM / WarpsM / 16, ColumnTiles = TileN / WarpsN / 8;
    constexpr u32 TileBytesA = TileM * Depth * 2, StageBytes = TileBytesA + TileN * Depth * 2;
    const u32 shared = sharedAddress(dynamicShared);

    // Blocks in order walk down groups of eight row tiles, so that those which run together share slices of a and w in the L2 cache.
    const int tilesM = ceilingOf(m, TileM), tilesN = ceilingOf(n, TileN), group = blockX() / (8 * tilesN);
    const int groupRows = minOf(8, tilesM - 8 * group), inGroup = blockX() - group * 8 * tilesN;
    const int firstM = (8 * group + inGroup % groupRows) * TileM, firstN = inGroup / groupRows * TileN;
    const int lane = threadX() % 32, warp = threadX() / 32;
    const int warpM = warp % WarpsM * (TileM / WarpsM), warpN = warp / WarpsM * (TileN / WarpsN);
    const int slices = ceilingOf(k, Depth);

    float c[RowTiles][ColumnTiles][4] = {};
    const int column = threadX() % 8 * 8;
    const bf16* ownA = a + (long)(firstM + threadX() / 8) * k + column;
    const bf16* ownW = w + (long)(firstN + threadX() / 8) * k + column;
    auto fetch = [&](int slice) {
        if (slice < slices) {
            const u32 stage = shared + slice % Stages * StageBytes;
            const bool isInside = slice * Depth + column < k;
            copyTile<TileM, Threads>(stage, renewed(ownA) + slice * Depth, a, m - firstM, isInside, k);
            copyTile<TileN, Threads>(stage + TileBytesA, renewed(ownW) + slice * Depth, w, n - firstN, isInside, k);
        }
        commitCopies();
    };

    // What a lane loads, without the tile; a chunk further on is another place by its row, see chunkAddress.
    const int laneW = ColumnTiles == 1 ? lane % 8 : lane / 16 * 8 + lane % 8, chunkW = ColumnTiles == 1 ? lane / 8 : lane / 8 % 2;
    const u32 rowA = (warpM + lane % 16) * (2 * Depth), rowW = (warpN + laneW) * (2 * Depth);
    const u32 swappedA = ((lane / 16) ^ (lane & 7)) * 16, swappedW = (chunkW ^ (lane & 7)) * 16;

    for (int slice = 0; slice < Stages - 1; slice++) fetch(slice);
    for (int slice = 0; slice < slices; slice++) {
        awaitCopies<Stages - 2>();
        syncBlock();
        fetch(slice + Stages - 1);
        const u32 stage = shared + slice % Stages * StageBytes, tileA = renewed(stage + rowA), tileW = renewed(stage + TileBytesA + rowW);
        #pragma unroll
        for (int chunk = 0; chunk < Depth / 8; chunk += ColumnTiles == 1 ? 4 : 2) {
            if constexpr (ColumnTiles == 1) {
                u32 w4[4];
                loadMatrices(w4, tileW + (swappedW ^ chunk * 16));
                #pragma unroll
                for (int step = 0; step < 2; step++) {
                    #pragma unroll
                    for (int i = 0; i < RowTiles; i++) {
                        u32 a4[4];
                        loadMatrices(a4, tileA + (swappedA ^ (chunk + 2 * step) * 16) + i * (16 * 2 * Depth));
                        multiply(c[i][0], a4, w4[2 * step], w4[2 * step + 1]);
                    }
                }
            } else {
                u32 w4[ColumnTiles / 2][4];
                #pragma unroll
                for (int j = 0; j < ColumnTiles / 2; j++)
                    loadMatrices(w4[j], tileW + (swappedW ^ chunk * 16) + j * (16 * 2 * Depth));
                #pragma unroll
                for (int i = 0; i < RowTiles; i++) {
                    u32 a4[4];
                    loadMatrices(a4, tileA + (swappedA ^ chunk * 16) + i * (16 * 2 * Depth));
                    #pragma unroll
                    for (int j = 0; j < ColumnTiles; j++) multiply(c[i][j], a4, w4[j / 2][j % 2 * 2], w4[j / 2][j % 2 * 2 + 1]);
                }
            }
        }
    }

    #pragma unroll
    for (int i = 0; i < RowTiles; i++) {
        #pragma unroll
        for (int j = 0; j < ColumnTiles; j++) {
            const int row = firstM + warpM + 16 * i + lane / 4, column = firstN + warpN + 8 * j + lane % 4 * 2;
            if (column >= n) continue;
            if (row < m) store(out + (long)row * n + column, c[i][j][0], c[i][j][1]);
            if (row + 8 < m) store(out + (long)(row + 8) * n + column, c[i][j][2], c[i][j][3]);
        }
    }
}

// The launcher knows these shapes by their names.
#define GEMM(tileM, tileN, warpsM, warpsN, stages) \
    KERNEL(32 * warpsM * warpsN) gemm_##tileM##x##tileN##_bf16(const bf16* a, const bf16* w, bf16* out, int m, int n, int k) { \
        product<tileM, tileN, warpsM, warpsN, stages>(a, w, out, m, n, k); \
    } \
    KERNEL(32 * warpsM * warpsN) gemm_##tileM##x##tileN##_f32(const bf16* a, const bf16* w, float* out, int m, int n, int k) { \
        product<tileM, tileN, warpsM, warpsN, stages>(a, w, out, m, n, k); \
    }
GEMM(16, 32, 1, 4, 8)
GEMM(32, 32, 2, 2, 6)
GEMM(64, 32, 2, 2, 8)
GEMM(64, 64, 2, 2, 6)
GEMM(64, 128, 2, 2, 4)
GEMM(128, 128, 2, 2, 3)
