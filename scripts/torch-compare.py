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
CACHE_BYTES = 256 << 20


def microseconds(work):
    """Median, 10th and 90th percentile of one call; a buffer larger than the L2 cache is written before each, outside of what is timed."""
    flush = torch.empty(CACHE_BYTES, dtype=torch.int8, device="cuda")
    times = []
    for i in range(WARM_UPS + SAMPLES):
        flush.zero_()
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        work()
        end.record()
        end.synchronize()
        if i >= WARM_UPS:
            times.append(start.elapsed_time(end) * 1000)
    times.sort()
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
copied = tensor(1 << 29)
target = torch.empty_like(copied)
report("copy of 1 GiB", microseconds(lambda: target.copy_(copied)), 0, 2 * copied.nbytes)

# Queries of the new tokens over cached ones and themselves, 32 heads over 8; PyTorch's flash attention wants as many heads of keys, and a causal mask that
# ends at the last key, for which it has the lower-right variant.
from torch.nn.attention.bias import causal_lower_right

for cached in (0, 12288):
    new, heads, kv_heads, size = 4096, 32, 8, 128
    q = tensor(1, heads, new, size)
    k, v = tensor(1, heads, cached + new, size), tensor(1, heads, cached + new, size)
    pairs = new * (cached + (new + 1) / 2)
    moved = 2 * size * (2 * (cached + new) * kv_heads + 2 * new * heads)
    mask = causal_lower_right(new, cached + new)
    with sdpa_kernel([SDPBackend.FLASH_ATTENTION]):
        work = (lambda: F.scaled_dot_product_attention(q, k, v, is_causal=True)) if cached == 0 else (lambda: F.scaled_dot_product_attention(q, k, v, attn_mask=mask))
        report(f"prefill attention, {new} new over {cached} cached", microseconds(work), 4 * heads * size * pairs, moved)

for m in (64, 8192):
    for name, n, k in (("qkv", 6144, 4096), ("attention out", 4096, 4096), ("gate and up", 28672, 4096), ("down", 4096, 14336)):
        a, w = tensor(m, k), tensor(n, k)
        report(f"{name}: M {m}, N {n}, K {k}", microseconds(lambda: torch.matmul(a, w.t())), 2 * m * n * k, 2 * (m * k + n * k + m * n))


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
