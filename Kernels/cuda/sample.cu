// A token for each row of logits: adjustments, then the likeliest, or a draw under temperature, min_p, top_k and top_p, in this order. One block a row.
// Weights are floats of which the largest is 1; sums of them are integers, 2^36 a unit, so that they do not depend on the order of the addition. What
// top_k and top_p keep is found by the weights' bits, eight at a time from the highest, with a histogram of each eight: the last weight that is kept, and
// how many of those equal to it, lower ids first. As soon as few weights may still be kept they are listed in shared memory, by id, and only they are looked
// at from then on. The draw walks over what is kept by id. Moves a row's 4 bytes a token once for the likeliest; for a draw three times more and a part of a
// fourth, or, under top_k or top_p, five times more where one histogram leaves few weights, as of a trained model it does, and two more for each further one.
// After the first time that is mostly within the L2 cache.
#include "common.cuh"

constexpr int Threads = 1024, Warps = 32, Bins = 256, Parts = 3, PartBits = 12, ListedMax = 4096;
constexpr float One = 68719476736.0f;

struct alignas(8) Choice { double uniform, topP; float temperature, minP; int topK, adjustmentFirst, adjustmentCount, unused; };
struct alignas(16) Adjustment { int token; float bias, repetition, penalty; };

// What is kept: weights whose bits are above the threshold, and the first so many of those equal to it.
struct Kept { u32 threshold, equals; };

// The weights that may be kept, by id: a row's, or those of them that are listed. None is 0 but what is beyond the last and what min_p took.
struct Weights { const u32* values; const int* ids; int count; };

struct Shared {
    alignas(16) u32 listed[ListedMax + 4];
    int ids[ListedMax];
    float maxima[Warps];
    int tokens[Warps];
    u32 histogram[Parts][Bins], bin, candidates, isWrong;
    u64 before, masses[Warps];
    u32 counts[Warps];
};

INLINE u64 massOf(u32 weight) { return (u64)(floatOf(weight) * One); }
INLINE void addShared(u32* to, u32 value) { asm volatile("red.shared.add.u32 [%0], %1;" :: "r"(sharedAddress(to)), "r"(value) : "memory"); }

// Four weights by one instruction, wherever they lie; zeros behind the last.
INLINE void loadFour(u32 (&four)[4], const u32* values, int first, int count) {
    four[0] = four[1] = four[2] = four[3] = 0;
    if (first < count) asm volatile("ld.v4.u32 {%0, %1, %2, %3}, [%4];" : "=r"(four[0]), "=r"(four[1]), "=r"(four[2]), "=r"(four[3]) : "l"(values + first) : "memory");
}

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
// one another: lanes of so many equal bins are summed first, bin after bin, and only where more bins are left each lane adds for itself.
INLINE void addWarp(Shared& shared, u32 bin, u64 value, int binsSummed) {
    u32 digits[Parts];
    #pragma unroll
    for (int part = 0; part < Parts; part++) {
        // The mass of a weight of 1 has one bit more than the parts together; the last part takes it.
        digits[part] = part == Parts - 1 ? (u32)value : (u32)value & ((1 << PartBits) - 1);
        value >>= PartBits;
    }
    const int lane = threadX() % 32;
    bool isLeft = (digits[0] | digits[1] | digits[2]) != 0;
    u32 left = lanesFor(isLeft);
    for (int turn = 0; turn < binsSummed && left; turn++) {
        const int leader = lowestBit(left);
        const u32 theirs = shuffleFrom(bin, leader);
        const bool isSame = isLeft && bin == theirs;
        #pragma unroll
        for (int part = 0; part < Parts; part++) {
            const u32 sum = addLanes(isSame ? digits[part] : 0);
            if (lane == leader && sum > 0) addShared(&shared.histogram[part][bin], sum);
        }
        isLeft &= !isSame;
        left = lanesFor(isLeft);
    }
    if (!isLeft) return;
    #pragma unroll
    for (int part = 0; part < Parts; part++)
        if (digits[part] > 0) addShared(&shared.histogram[part][bin], digits[part]);
}

// Where a warp begins, in steps of 128: neighbours, so that warps follow each other by id.
INLINE int firstOf(int warp, int count) { return minOf(count, warp * (ceilingOf(count, 128 * Warps) * 128)); }

// Lists the weights that are not below the least, if they are few enough; to be looked at behind the next barrier.
INLINE void list(Shared& shared, Weights& weights, u32 least) {
    const int warp = threadX() / 32, lane = threadX() % 32, end = firstOf(warp + 1, weights.count);
    u32 four[4], count = 0;
    for (int first = firstOf(warp, weights.count); first < end; first += 128) {
        loadFour(four, weights.values, first + 4 * lane, weights.count);
        #pragma unroll
        for (int i = 0; i < 4; i++) count += four[i] >= least;
    }
    count = addLanes(count);
    if (lane == 0) shared.counts[warp] = count;
    syncBlock();
    u32 place = 0, all = 0;
    for (int i = 0; i < Warps; i++) {
        if (i == warp) place = all;
        all += shared.counts[i];
    }
    if (all > ListedMax) return;
    for (int first = firstOf(warp, weights.count); first < end; first += 128) {
        loadFour(four, weights.values, first + 4 * lane, weights.count);
        u32 own = 0;
        #pragma unroll
        for (int i = 0; i < 4; i++) own += four[i] >= least;
        const u32 after = (u32)warpScan(own);
        u32 at = place + after - own;
        #pragma unroll
        for (int i = 0; i < 4; i++)
            if (four[i] >= least) {
                shared.listed[at] = four[i];
                shared.ids[at++] = first + 4 * lane + i;
            }
        place += shuffleFrom(after, 31);
    }
    if (threadX() < 4) shared.listed[all + threadX()] = 0;
    weights = {shared.listed, shared.ids, ceilingOf(all, 4) * 4};
}

// From the heaviest on, until there are as many as target, or until together they have its mass; not below the weight at.
INLINE Kept select(Shared& shared, Weights& weights, u32 at, bool byMass, u64 target) {
    u32 prefix = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
        for (int i = threadX(); i < Parts * Bins; i += Threads) shared.histogram[0][i] = 0;
        syncBlock();
        const int lane = threadX() % 32;
        for (int first = 4 * (threadX() - lane); first < weights.count; first += 4 * Threads) {
            u32 four[4];
            loadFour(four, weights.values, first + 4 * lane, weights.count);
            #pragma unroll
            for (int i = 0; i < 4; i++) {
                const u32 weight = four[i];
                const bool counts = weight != 0 && weight >= at && (u64)weight >> (shift + 8) == prefix;
                addWarp(shared, weight >> shift & (Bins - 1), counts ? byMass ? massOf(weight) : 1 : 0, shift == 24 ? 4 : 1);
            }
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
            const u32 reached = lanesFor(after >= target);
            if (threadX() == lowestBit(reached)) {
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
        const u32 least = prefix << shift;
        if (!weights.ids && shift > 0) list(shared, weights, least > 0 ? least : 1);
    }
    return {prefix, (u32)(byMass ? (target + massOf(prefix) - 1) / massOf(prefix) : target)};
}

// The mass that is kept of each warp's weights, and how many of them equal the threshold. Returns the mass of all. Between two calls is a barrier.
INLINE u64 survey(Shared& shared, const Weights& weights, Kept kept) {
    const int warp = threadX() / 32, lane = threadX() % 32, end = firstOf(warp + 1, weights.count);
    u64 above = 0;
    u32 equals = 0;
    for (int first = firstOf(warp, weights.count); first < end; first += 128) {
        u32 four[4];
        loadFour(four, weights.values, first + 4 * lane, weights.count);
        #pragma unroll
        for (int i = 0; i < 4; i++) {
            above += four[i] > kept.threshold ? massOf(four[i]) : 0;
            equals += four[i] == kept.threshold;
        }
    }
    above = shuffleFrom(warpScan(above), 31);
    equals = addLanes(equals);
    if (lane == 0) {
        shared.masses[warp] = above;
        shared.counts[warp] = equals;
    }
    syncBlock();
    u64 mass = 0;
    u32 left = kept.equals;
    for (int i = 0; i < Warps; i++) {
        const u32 here = left < shared.counts[i] ? left : shared.counts[i];
        mass += shared.masses[i] + here * massOf(kept.threshold);
        left -= here;
    }
    return mass;
}

// The token at which the sum of the masses kept, by id, passes the target; survey was called before. Only one thread returns it, the others -1.
INLINE int draw(Shared& shared, const Weights& weights, Kept kept, u64 target) {
    const int lane = threadX() % 32;
    u64 before = 0;
    u32 left = kept.equals;
    int warp = 0;
    while (true) {
        const u32 here = left < shared.counts[warp] ? left : shared.counts[warp];
        const u64 mass = shared.masses[warp] + here * massOf(kept.threshold);
        if (before + mass > target) break;
        before += mass;
        left -= here;
        warp++;
    }
    if (threadX() / 32 != warp) return -1;
    for (int first = firstOf(warp, weights.count);; first += 32) {
        const u32 weight = first + lane < weights.count ? weights.values[first + lane] : 0;
        const u32 equals = lanesFor(weight == kept.threshold);
        const u32 rank = bitsIn(equals & ((1u << lane) - 1));
        const bool isKept = weight > kept.threshold || (weight == kept.threshold && rank < left);
        const u64 after = before + warpScan(isKept ? massOf(weight) : 0);
        const u32 passed = lanesFor(after > target);
        if (passed) return lane != lowestBit(passed) ? -1 : weights.ids ? weights.ids[first + lane] : first + lane;
        before = shuffleFrom(after, 31);
        left -= minOf((int)left, bitsIn(equals));
    }
}

KERNEL(Threads) sample(float* logits, const Choice* choices, const Adjustment* adjustments, int* out, int vocabulary) {
    __shared__ Shared shared;
    float* row = logits + (long)blockX() * vocabulary;
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
    #pragma unroll 2
    for (int first = 4 * thread; first < vocabulary; first += 4 * Threads) {
        const Words4 words = loadWords(row + first);
        const u32 four[4] = {words.x, words.y, words.z, words.w};
        #pragma unroll
        for (int i = 0; i < 4; i++) {
            const float x = floatOf(four[i]);
            isWrong |= x != x;
            if (x > best) { best = x; token = first + i; }
        }
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
    for (int first = 4 * thread; first < vocabulary; first += 4 * Threads) {
        const Words4 words = loadWords(row + first);
        u32 four[4] = {words.x, words.y, words.z, words.w};
        #pragma unroll
        for (int i = 0; i < 4; i++) {
            const float weight = exp2Approximate((floatOf(four[i]) - best) * factor);
            const bool isCandidate = weight > 0 && weight >= choice.minP;
            four[i] = isCandidate ? bitsOf(weight) : 0;
            candidates += isCandidate;
        }
        storeWords(row + first, {four[0], four[1], four[2], four[3]});
    }
    candidates = addLanes(candidates);
    if (lane == 0) addShared(&shared.candidates, candidates);
    syncBlock();

    // 4. top_k, top_p and the draw.
    Weights weights = {(const u32*)row, nullptr, vocabulary};
    Kept kept = {0, 0};
    if (choice.topK > 0 && (u32)choice.topK < shared.candidates) kept = select(shared, weights, 0, false, choice.topK);
    u64 mass = survey(shared, weights, kept);
    if (choice.topP < 1) {
        const double wanted = choice.topP * (double)mass;
        u64 target = (u64)wanted;
        if ((double)target < wanted || target == 0) target++;
        kept = select(shared, weights, kept.threshold, true, target);
        mass = survey(shared, weights, kept);
    }
    const u64 target = (u64)(choice.uniform * (double)mass);
    const int drawn = draw(shared, weights, kept, target < mass ? target : mass - 1);
    if (drawn >= 0) out[blockX()] = drawn;
}
