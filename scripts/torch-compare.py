"""PyTorch's attention and matrix products on the shapes of "preble kernels bench", so that both can be timed on the same card, one after the other.

    python3 torch-compare.py [BENCH.json]    what "preble kernels bench --json" wrote, for a table of both
"""
import json
import sys

import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

SAMPLES = 40
WARM_UPS = 5
SAMPLE_US = 3000
LAUNCHES_MAX = 200
SETS_MAX = 64
CACHE_FACTOR = 4


def timed(work):
    """Microseconds of the device."""
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    start.record()
    work()
    end.record()
    end.synchronize()
    return start.elapsed_time(end) * 1000


def microseconds(make, moved, recorded=True):
    """Median, 10th and 90th percentile of one call, measured as "preble kernels bench" does: many calls in a row, recorded as a graph, that go round over as many
    sets of tensors as it takes for none to be found in the L2 cache. make() makes a set and returns what is called."""
    cache = torch.cuda.get_device_properties(0).L2_cache_size
    works = [make() for _ in range(max(1, min(SETS_MAX, -(-CACHE_FACTOR * cache // moved))))]

    def calls(count):
        for i in range(count):
            works[i % len(works)]()

    # Whatever is made on first use is made now, on a stream of its own as recording wants it.
    torch.cuda.synchronize()
    with torch.cuda.stream(torch.cuda.Stream()):
        calls(len(works))
    torch.cuda.synchronize()
    once = timed(lambda: calls(len(works))) / len(works)
    count = min(max(int(SAMPLE_US / max(1, once)), len(works)), max(len(works), LAUNCHES_MAX))
    sample = lambda: calls(count)
    if recorded:
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            calls(count)
        sample = graph.replay
    for _ in range(WARM_UPS):
        sample()
    times = sorted(timed(sample) / count for _ in range(SAMPLES))
    return times[SAMPLES // 2], times[SAMPLES // 10], times[SAMPLES * 9 // 10]


medians = {}


def report(name, times, operations, moved):
    us, low, high = times
    medians[name] = us
    print(f"| {name} | {us:.1f} | {low:.1f} | {high:.1f} | {moved / us / 1e3:.0f} | {operations / us / 1e6:.1f} |")


def tensor(*shape):
    return torch.rand(*shape, dtype=torch.bfloat16, device="cuda") * 2 - 1


print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}\n")
print("| what | us | p10 | p90 | GB/s | TFLOP/s |\n|---|---:|---:|---:|---:|---:|")


def copying():
    source, target = tensor(1 << 29), torch.empty(1 << 29, dtype=torch.bfloat16, device="cuda")
    return lambda: target.copy_(source)


# A recorded copy is done in another, slower way.
report("copy of 1 GiB", microseconds(copying, 1 << 31, recorded=False), 0, 1 << 31)

# Queries of the new tokens over cached ones and themselves, 32 heads over 8; PyTorch's flash attention wants as many heads of keys, and a causal mask that
# ends at the last key, for which it has the lower-right variant.
from torch.nn.attention.bias import causal_lower_right

NEW, HEADS, KV_HEADS, SIZE = 4096, 32, 8, 128


def attending(cached):
    q = tensor(1, HEADS, NEW, SIZE)
    k, v = tensor(1, HEADS, cached + NEW, SIZE), tensor(1, HEADS, cached + NEW, SIZE)
    if cached == 0:
        return lambda: F.scaled_dot_product_attention(q, k, v, is_causal=True)
    mask = causal_lower_right(NEW, cached + NEW)
    return lambda: F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


for cached in (0, 12288):
    pairs = NEW * (cached + (NEW + 1) / 2)
    moved = 2 * SIZE * (2 * (cached + NEW) * KV_HEADS + 2 * NEW * HEADS)
    with sdpa_kernel([SDPBackend.FLASH_ATTENTION]):
        report(f"prefill attention, {NEW} new over {cached} cached", microseconds(lambda: attending(cached), moved), 4 * HEADS * SIZE * pairs, moved)


def multiplying(m, n, k):
    a, w, out = tensor(m, k), tensor(n, k), torch.empty(m, n, dtype=torch.bfloat16, device="cuda")
    return lambda: torch.matmul(a, w.t(), out=out)


for m in (1, 8, 64, 8192):
    for name, n, k in (("qkv", 6144, 4096), ("attention out", 4096, 4096), ("gate and up", 28672, 4096), ("down", 4096, 14336)):
        moved = 2 * (m * k + n * k + m * n)
        report(f"{name}: M {m}, N {n}, K {k}", microseconds(lambda: multiplying(m, n, k), moved), 2 * m * n * k, moved)


def compare(path):
    """A row for each shape that Preble was timed on, too: its speed as a share of PyTorch's."""
    with open(path) as file:
        results = json.load(file)["results"]
    print("\n| what | by | us | PyTorch's us | share of PyTorch's speed |\n|---|---|---:|---:|---:|")
    for result in results:
        for name, us in medians.items():
            shape = name.removeprefix("prefill attention, ")
            if result["case"].startswith("8B") and result["case"].split(", heads")[0].removeprefix("8B").lstrip(": ") == shape:
                print(f"| {name} | {result['op']} | {result['median_us']:.1f} | {us:.1f} | {100 * us / result['median_us']:.0f} % |")


if len(sys.argv) > 1:
    compare(sys.argv[1])
