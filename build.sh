#!/usr/bin/env bash
# Compiles the package to dist/, where everything has the place that it has in a checkout. `npm run package` runs it.
set -eu
cd "$(dirname "$0")"
rm -rf dist
npx tsc --project tsconfig.build.json
cp -r images dist/
cp engine/children/child-bootstrap.cjs dist/engine/children/
for file in PulumiPolicy.yaml package.json; do
  sed 's/index\.ts/index.js/' "policies/$file" >"dist/policies/$file"
done
