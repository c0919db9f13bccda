#!/usr/bin/env bash
# Runs everything: types and lint, the unit tests, then what needs no lab beside what does, which mostly waits. `--full` adds the long tables of
# tests/full, `--real` runs those on the real daemons alone, which an install prefix of upstream's build in LDMS_OVIS has.
# The last lines are the failed tests once more and `N passed, N failed, N skipped`; the exit code is 1 where a test failed.
set -u
cd "$(dirname "$0")/.." || exit
counts=$(mktemp)
failures=$(mktemp)
export LDMS_TEST_FAILURES=$failures
beside=$(mktemp)
trap 'rm -f "$counts" "$failures" "$beside"' EXIT

fail() { # fail TEXT: one more failed test
  echo "    failed: $1"
  echo "0 1 0" >>"$counts"
  echo "$1" >>"$failures"
}

check() { # check NAME COMMAND...: a step that counts as one test
  local name=$1 began=$SECONDS
  shift
  echo "==> $name"
  if "$@"; then echo "1 0 0" >>"$counts"; else fail "$name"; fi
  echo "    $name: $((SECONDS - began)) s"
}

run_mocha() { # run_mocha NAME FIND-ARGUMENT...: the test files that find finds, in one run
  local name=$1 began=$SECONDS own files
  shift
  echo "==> $name"
  mapfile -t files < <(find "$@" -name '*.test.ts' | sort)
  [ ${#files[@]} -gt 0 ] || return 0
  own=$(mktemp)
  LDMS_TEST_COUNTS=$own npx mocha --reporter tests/reporter.cjs "${files[@]}"
  local code=$?
  # A run that died before it could count is a failure, not nothing.
  if [ -s "$own" ]; then cat "$own" >>"$counts"; else fail "$name ended with code $code before it could count"; fi
  rm -f "$own"
  echo "    $name: $((SECONDS - began)) s"
}

hostile_inputs() { run_mocha "hostile inputs" tests/hostile; }

engine_tests() { # the long part of what needs neither the lab nor a Docker engine
  run_mocha "engine tests" tests/engine tests/engine-providers tests/operations tests/automation tests/standin tests/portal -not -path '*/on-lab/*'
}

finish() {
  if [ -s "$failures" ]; then echo "==> failed" && cat "$failures"; fi
  awk '{ p += $1; f += $2; s += $3 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 }' "$counts"
  exit
}

bash lab/setup.sh
engine=$?
if [ $engine -eq 1 ]; then
  fail "lab/setup.sh"
  finish
fi

if [ "${1:-}" = --real ]; then
  [ $engine -eq 0 ] || fail "no Docker engine"
  was_up=$(npx tsx lab/is-up.ts 2>/dev/null)
  check "lab up" npx tsx lab/lab-up.ts
  export LDMS_LAB_REQUIRED=1
  run_mocha "tests on the real daemons" tests/real
  [ "$was_up" = yes ] || check "lab down" npx tsx lab/lab-down.ts
  finish
fi

check "types" npx tsc --noEmit
check "types of the portal's page" npx tsc --noEmit --project portal/page
check "format and lint" npx biome check .
run_mocha "unit tests" tests/unit tests/golden tests/mocks tests/policies tests/lab-unit
[ "${1:-}" = --full ] || export LDMS_TEST_SAMPLE=1

if [ $engine -eq 3 ]; then
  hostile_inputs
  engine_tests
  echo "!!!! No Docker engine: the tests on images and on the lab are SKIPPED !!!!"
  if [ "${CI:-}" = true ]; then fail "no Docker engine"; else echo "0 0 1" >>"$counts"; fi
  finish
fi

was_up=$(npx tsx lab/is-up.ts 2>/dev/null)
check "lab up" npx tsx lab/lab-up.ts
# It gives way: an ssh server that gets no processor for ten seconds counts as dead.
{ renice -n 10 -p "$BASHPID" >/dev/null && engine_tests; } >"$beside" 2>&1 &
engine_tests=$!
export LDMS_LAB_REQUIRED=1
run_mocha "image tests" tests/images
run_mocha "lab tests" tests/engine-providers/on-lab tests/operations/on-lab tests/lab
hostile_inputs
tail --lines=+1 --follow --pid=$engine_tests "$beside"
if [ "${1:-}" = --full ]; then run_mocha "full tables" tests/full; fi
[ "$was_up" = yes ] || check "lab down" npx tsx lab/lab-down.ts
finish
