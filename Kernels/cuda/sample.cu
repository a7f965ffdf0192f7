// A token for each row of logits: adjustments, then the likeliest, or a draw under temperature, min_p, top_k and top_p, in this order. One block a row.
// Weights are floats of which the largest is 1; sums of them are integers, 2^36 a unit, so that they do not depend on the order of the addition. What
// top_k and top_p keep is found by the weights' bits, eight at a time from the highest, with a histogram of each eight: the last weight that is kept, and
// how many of those equal to it, lower ids first. The draw walks over what is kept by id. Moves a row's 4 bytes a token 2 times for the likeliest, 5 times
// for a draw, 4 times more under top_k and 5 under top_p; after the first time mostly within the L2 cache.
#include "common.cuh"

constexpr int Threads = 1024, Warps = 32, Bins = 256, Parts = 3, PartBits = 12, BinsSummed = 4;
constexpr float One = 68719476736.0f;

struct alignas(8) Choice { double uniform, topP; float temperature, minP; int topK, adjustmentFirst, adjustmentCount, unused; };
struct alignas(16) Adjustment { int token; float bias, repetition, penalty; };

// What is kept: weights whose bits are above the threshold, and the first so many of those equal to it.
struct Kept { u32 threshold, equals; };

struct Shared {
    float maxima[Warps];
    int tokens[Warps];
    u32 histogram[Parts][Bins], bin, candidates, isWrong;
    u64 before, masses[Warps];
    u32 equals[Warps];
};

INLINE u64 massOf(u32 weight) { return (u64)(floatOf(weight) * One); }
INLINE void addShared(u32* to, u32 value) { asm volatile("red.shared.add.u32 [%0], %1;" :: "r"(sharedAddress(to)), "r"(value) : "memory"); }
INLINE u64 shuffleUp(u64 value, int lanes) { return (u64)shuffleUp((u32)(value >> 32), lanes) << 32 | shuffleUp((u32)value, lanes); }

// Sum over this lane and the lower ones.
INLINE u64 warpScan(u64 value) {
    for (int lanes = 1; lanes < 32; lanes *= 2) {
        const u64 lower = shuffleUp(value, lanes);
        if (threadX() % 32 >= lanes) value += lower;
    }
    return value;
}

// Adds a value of each lane to its bin, nothing where it is 0. Most weights of a row share few bins of the first eight bits, and atomics on one address follow
// one another: lanes of equal bins are summed first, bin after bin, and only where many bins are left each lane adds for itself.
INLINE void addWarp(Shared& shared, u32 bin, u64 value) {
    u32 digits[Parts];
    #pragma unroll
    for (int part = 0; part < Parts; part++) {
        // The mass of a weight of 1 has one bit more than the parts together; the last part takes it.
        digits[part] = part == Parts - 1 ? (u32)value : (u32)value & ((1 << PartBits) - 1);
        value >>= PartBits;
    }
    const int lane = threadX() % 32;
    bool isLeft = (digits[0] | digits[1] | digits[2]) != 0;
    u32 left = ballot(isLeft);
    for (int turn = 0; turn < BinsSummed && left; turn++) {
        const int leader = __builtin_ctz(left);
        const u32 theirs = shuffleFrom(bin, leader);
        const bool isSame = isLeft && bin == theirs;
        #pragma unroll
        for (int part = 0; part < Parts; part++) {
            const u32 sum = addLanes(isSame ? digits[part] : 0);
            if (lane == leader && sum > 0) addShared(&shared.histogram[part][bin], sum);
        }
        isLeft &= !isSame;
        left = ballot(isLeft);
    }
    if (!isLeft) return;
    #pragma unroll
    for (int part = 0; part < Parts; part++)
        if (digits[part] > 0) addShared(&shared.histogram[part][bin], digits[part]);
}

// From the heaviest on, until there are as many as target, or until together they have its mass; not below the weight at.
INLINE Kept select(Shared& shared, const u32* weights, int vocabulary, u32 at, bool byMass, u64 target) {
    u32 prefix = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
        for (int i = threadX(); i < Parts * Bins; i += Threads) shared.histogram[0][i] = 0;
        syncBlock();
        for (int first = threadX() - threadX() % 32; first < vocabulary; first += Threads) {
            const int id = first + threadX() % 32;
            const u32 weight = id < vocabulary ? weights[id] : 0;
            const bool counts = weight != 0 && weight >= at && (u64)weight >> (shift + 8) == prefix;
            addWarp(shared, weight >> shift & (Bins - 1), counts ? byMass ? massOf(weight) : 1 : 0);
        }
        syncBlock();

        // Lane i of the first warp has eight bins, the highest ones lane 0.
        if (threadX() < 32) {
            u64 bins[8], sum = 0;
            #pragma unroll
            for (int i = 0; i < 8; i++) {
                const int bin = Bins - 1 - 8 * threadX() - i;
                bins[i] = 0;
                for (int part = 0; part < Parts; part++) bins[i] += (u64)shared.histogram[part][bin] << (PartBits * part);
                sum += bins[i];
            }
            const u64 after = warpScan(sum);
            const u32 reached = ballot(after >= target);
            if (threadX() == __builtin_ctz(reached)) {
                u64 before = after - sum;
                int passed = 0;
                #pragma unroll
                for (int i = 0; i < 8; i++)
                    if (passed == i && before + bins[i] < target) { before += bins[i]; passed++; }
                shared.bin = Bins - 1 - 8 * threadX() - passed;
                shared.before = before;
            }
        }
        syncBlock();
        prefix = prefix << 8 | shared.bin;
        target -= shared.before;
    }
    return {prefix, (u32)(byMass ? (target + massOf(prefix) - 1) / massOf(prefix) : target)};
}

// Ids that a warp looks at, in steps of 32: neighbours, so that warps follow each other by id.
INLINE int firstOf(int warp, int vocabulary) { return minOf(vocabulary, warp * (ceilingOf(vocabulary, 32 * Warps) * 32)); }

// The mass that is kept of each warp's ids, and how many of them equal the threshold. Returns the mass of all. Between two calls is a barrier.
INLINE u64 survey(Shared& shared, const u32* weights, int vocabulary, Kept kept) {
    const int warp = threadX() / 32, lane = threadX() % 32, end = firstOf(warp + 1, vocabulary);
    u64 above = 0;
    u32 equals = 0;
    for (int id = firstOf(warp, vocabulary) + lane; id < end; id += 32) {
        const u32 weight = weights[id];
        above += weight > kept.threshold ? massOf(weight) : 0;
        equals += weight == kept.threshold;
    }
    above = shuffleFrom(warpScan(above), 31);
    equals = (u32)shuffleFrom(warpScan(equals), 31);
    if (lane == 0) {
        shared.masses[warp] = above;
        shared.equals[warp] = equals;
    }
    syncBlock();
    u64 mass = 0;
    u32 left = kept.equals;
    for (int i = 0; i < Warps; i++) {
        const u32 here = left < shared.equals[i] ? left : shared.equals[i];
        mass += shared.masses[i] + here * massOf(kept.threshold);
        left -= here;
    }
    return mass;
}

// The token at which the sum of the masses kept, by id, passes the target; survey was called before. Only one thread returns it, the others -1.
INLINE int draw(Shared& shared, const u32* weights, int vocabulary, Kept kept, u64 target) {
    const int lane = threadX() % 32;
    u64 before = 0;
    u32 left = kept.equals;
    int warp = 0;
    while (true) {
        const u32 here = left < shared.equals[warp] ? left : shared.equals[warp];
        const u64 mass = shared.masses[warp] + here * massOf(kept.threshold);
        if (before + mass > target) break;
        before += mass;
        left -= here;
        warp++;
    }
    if (threadX() / 32 != warp) return -1;
    for (int first = firstOf(warp, vocabulary);; first += 32) {
        const u32 weight = first + lane < vocabulary ? weights[first + lane] : 0;
        const u32 equals = ballot(weight == kept.threshold);
        const u32 rank = __builtin_popcount(equals & ((1u << lane) - 1));
        const bool isKept = weight > kept.threshold || (weight == kept.threshold && rank < left);
        const u64 after = before + warpScan(isKept ? massOf(weight) : 0);
        const u32 passed = ballot(after > target);
        if (passed) return lane == __builtin_ctz(passed) ? first + lane : -1;
        before = shuffleFrom(after, 31);
        left -= minOf((int)left, __builtin_popcount(equals));
    }
}

KERNEL(Threads) sample(float* logits, const Choice* choices, const Adjustment* adjustments, int* out, int vocabulary) {
    __shared__ Shared shared;
    float* row = logits + (long)blockX() * vocabulary;
    u32* weights = (u32*)row;
    const Choice choice = choices[blockX()];
    const int thread = threadX(), lane = thread % 32;
    if (thread == 0) shared.candidates = shared.isWrong = 0;

    // 1. Adjustments; a row has each token once.
    for (int i = thread; i < choice.adjustmentCount; i += Threads) {
        const Adjustment by = adjustments[choice.adjustmentFirst + i];
        if (by.token < 0 || by.token >= vocabulary) continue;
        float x = row[by.token] + by.bias;
        if (by.repetition != 1) x = x > 0 ? x / by.repetition : x * by.repetition;
        row[by.token] = x - by.penalty;
    }
    syncBlock();

    // 2. The likeliest token, the lowest id of equals.
    float best = -infinity();
    int token = vocabulary;
    bool isWrong = false;
    for (int id = thread; id < vocabulary; id += Threads) {
        const float x = row[id];
        isWrong |= x != x;
        if (x > best) { best = x; token = id; }
    }
    auto take = [&](float x, int id) { if (x > best || (x == best && id < token)) { best = x; token = id; } };
    for (int lanes = 16; lanes > 0; lanes /= 2) {
        const float x = shuffleXor(best, lanes);
        take(x, (int)shuffleXor((u32)token, lanes));
    }
    if (lane == 0) { shared.maxima[thread / 32] = best; shared.tokens[thread / 32] = token; }
    if (isWrong) addShared(&shared.isWrong, 1);
    syncBlock();
    for (int warp = 0; warp < Warps; warp++) take(shared.maxima[warp], shared.tokens[warp]);
    if (shared.isWrong || !(best < infinity() && best > -infinity())) {
        if (thread == 0) out[blockX()] = -1;
        return;
    }
    if (choice.temperature == 0) {
        if (thread == 0) out[blockX()] = token;
        return;
    }

    // 3. Weights under temperature and min_p, in place of the logits.
    const float factor = Log2E / choice.temperature;
    u32 candidates = 0;
    for (int id = thread; id < vocabulary; id += Threads) {
        const float weight = exp2Approximate((row[id] - best) * factor);
        const bool isCandidate = weight > 0 && weight >= choice.minP;
        weights[id] = isCandidate ? bitsOf(weight) : 0;
        candidates += isCandidate;
    }
    candidates = addLanes(candidates);
    if (lane == 0) addShared(&shared.candidates, candidates);
    syncBlock();

    // 4. top_k, top_p and the draw.
    Kept kept = {0, 0};
    if (choice.topK > 0 && (u32)choice.topK < shared.candidates) kept = select(shared, weights, vocabulary, 0, false, choice.topK);
    u64 mass = survey(shared, weights, vocabulary, kept);
    if (choice.topP < 1) {
        const double wanted = choice.topP * (double)mass;
        u64 target = (u64)wanted;
        if ((double)target < wanted || target == 0) target++;
        kept = select(shared, weights, vocabulary, kept.threshold, true, target);
        mass = survey(shared, weights, vocabulary, kept);
    }
    const u64 target = (u64)(choice.uniform * (double)mass);
    const int drawn = draw(shared, weights, vocabulary, kept, target < mass ? target : mass - 1);
    if (drawn >= 0) out[blockX()] = drawn;
}
