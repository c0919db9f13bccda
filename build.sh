#!/usr/bin/env bash
# build.sh [FOLDER]: compiles the package to dist/, where everything has the place that it has in a checkout. `npm run package` runs it.
set -eu
to=$(realpath --canonicalize-missing "${1:-$(dirname "$0")/dist}")
cd "$(dirname "$0")"
rm -rf "$to"
npx tsc --project tsconfig.build.json --outDir "$to"
npx tsx portal/build/build-page.ts "$to/portal/page"
cp -r images "$to/"
cp engine/children/*.cjs "$to/engine/children/"
for file in PulumiPolicy.yaml package.json; do
  sed 's/index\.ts/index.js/' "policies/$file" >"$to/policies/$file"
done
