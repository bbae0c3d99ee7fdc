#!/usr/bin/env bash
# Puts a real VS Code (the npm package code-server, which carries the whole workbench and extension host), the Node 24
# it wants, and Debian's Chromium into the cache; prints the folder. Needs root and apt; Linux x86-64.
#
# In the folder printed: `node24.path` holds the path of the node to run code-server with, `node_modules` holds
# code-server.
set -euo pipefail

cache="${COROSCOPE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/coroscope}"
root="$cache/vscode"
marker="$root/.ready-2"
log="$cache/vscode.log"
mkdir -p "$cache"

provision() {
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libkrb5-dev chromium g++ make python3
  rm -rf "$root"

  # Node has a folder of its own: a later `npm install` beside it would move its headers away, and node-gyp reads them
  # while it builds code-server's native modules.
  mkdir -p "$root/node24"
  cd "$root/node24"
  echo '{"private":true}' >package.json
  npm install --no-audit --no-fund node@24
  local node common
  common="$(find "$root/node24/node_modules" -path '*/include/node/common.gypi' | head -n 1)"
  [ -n "$common" ] || { echo 'The npm package node@24 came without its headers.' >&2; return 1; }
  node="${common%/include/node/common.gypi}"
  "$node/bin/node" --version

  cd "$root"
  echo '{"private":true}' >package.json
  PATH="$node/bin:$PATH" npm_config_unsafe_perm=true npm_config_nodedir="$node" \
    npm install --no-audit --no-fund --unsafe-perm code-server@4
  "$node/bin/node" node_modules/code-server/out/node/entry.js --version
  echo "$node/bin/node" >node24.path
  touch "$marker"
}

if [ ! -f "$marker" ] || [ ! -x /usr/bin/chromium ]; then
  # A plain call and a trap, not `provision || …`: bash ignores `set -e` in everything to the left of `||`.
  trap '[ $? -eq 0 ] || tail -n 40 "$log" >&2' EXIT
  provision >"$log" 2>&1
fi
echo "$root"
