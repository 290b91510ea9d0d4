#!/usr/bin/env bash
# Puts the peers where the interop tests look for them: the Go peer and the Java peers, built, and C-core for the Python peer.
#
#   test/interop/peers/get-peers.sh [go] [python] [java]     all of them where none is named
#
# Needs Go 1.26 (an older one from 1.21 on fetches it), Python 3.11 to 3.14 with pip, and a JDK from 17 on with Maven, on Linux.
# Each lies under .cache/peers/<name>/<hash of what it is made of>, so what has changed is made anew, and nothing else.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=$(cd "$here/../../.." && pwd)/.cache/peers

# folder <name> <file…>: where that peer belongs. find-peer.ts says the same.
folder() {
  local name=$1
  shift
  printf '%s/%s/%s' "$cache" "$name" "$(cat "$@" | sha256sum | cut -c 1-16)"
}

# Made aside and moved: an interrupted build never looks like a peer.
install() {
  local target=$1 make=$2
  [ ! -d "$target" ] || return 0
  mkdir -p "$(dirname "$target")"
  aside=$(mktemp -d "$target.XXXXXX")
  trap 'rm -rf "$aside"' EXIT
  "$make" "$aside" >&2
  [ -d "$target" ] || mv "$aside" "$target"
}

# grpc-go's own interop programs are the tools of go.mod: pinned there as whatever else is built.
make_go() {
  build() { CGO_ENABLED=0 GOTOOLCHAIN=auto go build -C "$here/go" -trimpath -ldflags "-s -w" -o "$@"; }
  build "$1/mesh-peer" .
  build "$1/interop-server" google.golang.org/grpc/interop/server
  build "$1/interop-client" google.golang.org/grpc/interop/client
}

make_python() {
  # PIP_USER: a setting that pip refuses together with --target. No warning about root: the target is a folder of ours.
  PIP_USER=0 PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-compile \
    --require-hashes --no-deps --only-binary :all: --target "$1" --requirement "$here/python/requirements.txt"
}

# Built in a copy: the sources may lie where nobody may write. Tried twice: where nothing is cached it fetches a hundred jars.
make_java() {
  cp -R "$here/java" "$1/build"
  chmod -R u+w "$1/build"
  find "$1/build" -name target -prune -exec rm -rf {} +
  (cd "$1/build" && { mvn -q package || mvn -q package; })
  mv "$1/build/target/"* "$1"
  rm -rf "$1/build"
}

# All files but those of a build in place.
java_sources() { find java -name target -prune -o -type f -print | sort; }

cd "$here"
export LC_ALL=C
[ "$#" -gt 0 ] || set -- go python java
for peer in "$@"; do
  case $peer in
    go) install "$(folder go go/go.mod go/go.sum go/*.go)" make_go ;;
    python) install "$(folder python python/requirements.txt)" make_python ;;
    java)
      mapfile -t sources < <(java_sources)
      install "$(folder java "${sources[@]}")" make_java
      ;;
    *)
      echo "no such peer: $peer" >&2
      exit 2
      ;;
  esac
done
