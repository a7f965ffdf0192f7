#!/bin/bash
# Makes the PTX of Kernels/ptx from Kernels/cuda: with clang 19 and no CUDA toolkit, or with nvcc: NVCC=nvcc Kernels/build.sh
# Each file begins with the hash of what it was made from; a test compares it with the sources. A folder is a set for one compute capability and all later
# ones; the sets after the first hold only what is compiled otherwise for it and better there, and the rest is taken from the one before.
set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C

if [ -n "${NVCC:-}" ]; then
    compiler=$("$NVCC" --version | tail -1)
    compile=("$NVCC" -ptx -std=c++20 -O3)
    target=-arch=compute_
else
    clang=${CLANG:-clang++-19}
    compiler=$("$clang" --version | head -1)
    compile=("$clang" -x cuda --cuda-device-only -nocudainc -nocudalib --cuda-feature=+ptx80 -std=c++20 -O3 -Wall -Wextra -Werror -S)
    target=--cuda-gpu-arch=sm_
fi

rm -rf ptx
mkdir -p ptx/sm_80 ptx/sm_90
make_ptx() { # compute capability, source, output, further options
    local source=cuda/$2.cu to=ptx/sm_$1/$3.ptx
    "${compile[@]}" "$target$1" "${@:4}" "$source" -o "$to.tmp"
    {
        echo "// sources: $(cat "$source" cuda/*.cuh build.sh | sha256sum | cut -d' ' -f1)"
        echo "// compiler: $compiler"
        # Comments say nothing that the sources do not.
        sed -e 's#[[:space:]]*//.*##' -e '/^[[:space:]]*$/d' "$to.tmp"
    } > "$to"
    rm "$to.tmp"
}

for source in cuda/*.cu; do
    name=$(basename "$source" .cu)
    case $name in
        attention_*) for head in 32 64 80 96 128 256; do make_ptx 80 "$name" "${name}_$head" -DHEAD=$head; done ;;
        *) make_ptx 80 "$name" "$name" ;;
    esac
done
make_ptx 90 attention_prefill attention_prefill_128 -DHEAD=128
