#!/usr/bin/env bash
# Puts CPython 3.13, 3.14 and 3.15 (with debugpy, trio, uvloop and friends for 3.14) into a folder of Debian's
# packages that run straight from the host, and prints one interpreter path a line. Needs root and apt; Linux x86-64.
# With `--packages` it prints a folder with those of its packages that are pure Python, for the interpreters that have
# none: PYTHONPATH for another CPython and for the embedded one.
# All lives in the cache, never in the repository; what is finished is used again.
set -euo pipefail

cache="${COROSCOPE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/coroscope}"
root="$cache/pythons"
marker="$root/.ready-1"
log="$cache/interpreters.log"
mkdir -p "$cache"

print_interpreters() {
  for version in 3.13 3.14 3.15; do
    [ -x "$root/usr/bin/python$version" ] && echo "$root/usr/bin/python$version"
  done
}

# The test runners, trio, anyio, uvicorn, and what they need. Those that are compiled fit one version only.
link_packages() {
  local name found
  mkdir -p "$root/pure"
  for name in _pytest py.py pytest pytest_asyncio pluggy iniconfig packaging pygments typing_extensions.py \
    trio anyio attr attrs outcome sniffio sortedcontainers idna uvicorn click h11; do
    for found in "$root/usr/lib/python3/dist-packages/$name" "$root/usr/lib/python3/dist-packages/$name"-*-info; do
      [ ! -e "$found" ] || ln -sfn "$found" "$root/pure/"
    done
  done
}

provision() {
  if ! command -v debootstrap >/dev/null || ! command -v patchelf >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq debootstrap patchelf
  fi
  local scripts=/usr/share/debootstrap/scripts
  [ -e "$scripts/forky" ] || ln -s sid "$scripts/forky"
  rm -rf "$root"
  debootstrap --variant=minbase --include=python3,python3.13,python3.15,python3.14-venv,python3-debugpy,python3-trio,python3-aiohttp,python3-fastapi,python3-uvicorn,python3-uvloop,python3-pytest-asyncio,python3-quart,libpython3.13-testsuite,libpython3.14-testsuite,libpython3.15-testsuite \
    forky "$root"
  local version
  for version in 3.13 3.14 3.15; do
    patchelf --set-interpreter "$root/lib64/ld-linux-x86-64.so.2" --force-rpath \
      --set-rpath "$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu" "$root/usr/bin/python$version"
    "$root/usr/bin/python$version" -c 'import ssl, ctypes, asyncio'
  done
  touch "$marker"
}

if [ ! -f "$marker" ]; then
  # A plain call and a trap, not `provision || …`: bash ignores `set -e` in everything to the left of `||`.
  trap '[ $? -eq 0 ] || tail -n 30 "$log" >&2' EXIT
  provision >"$log" 2>&1
fi
if [ "${1:-}" = --packages ]; then
  link_packages
  echo "$root/pure"
else
  print_interpreters
fi
