#!/usr/bin/env bash
# Measures speed and size, and prints them next to their targets. It is not a
# test: it fails only if something cannot be measured.
# Run it on an idle machine. Arguments go to go test, such as -count 5.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Like a release, but without the version control stamps, which need a checkout
# that this user owns.
CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '-s -w' -o "$work/lambdacap" .
size=$(wc -c <"$work/lambdacap")

# Three seconds are about 400 starts of both programs, enough for a stable median.
if ! go test -run '^$' -bench '^Benchmark(Startup|Split|Spill10000|Profile10000|B100000|Recursion100000|Servers1000000|SmallestStep1000000|ColdStarts700|FixedTalbot700|Chance|Target3000|SyncTarget3000|Sweep1000|SweepRates1000|Priced|Optimize|Year|Day|Check5MB|Valid5MB|JSON|EncodingJSON)$' -benchmem -benchtime 3s "$@" ./... >"$work/output" 2>&1; then
  cat "$work/output" >&2
  echo "bench: the benchmarks failed" >&2
  exit 1
fi

awk -v size="$size" '
  # A line is: name, number of runs, then pairs of value and unit.
  /^Benchmark/ {
    name = $1
    sub(/^Benchmark/, "", name)
    sub(/-[0-9]+$/, "", name) # the number of processors
    for (i = 3; i < NF; i += 2) {
      key = name " " $(i + 1)
      sum[key] += $i # the mean, where -count repeats a benchmark
      runs[key]++
    }
  }
  /^cpu: / { cpu = $0 }

  # row prints one line of the table. The scale converts the unit of go test to
  # that of the target. A line without a target is for information.
  function row(what, key, scale, unit, target,    value, ratio) {
    if (!(key in sum)) {
      missing = missing "bench: no result for Benchmark" key "\n"
      return
    }
    value = sum[key] / runs[key] * scale
    if (target == "")     ratio = ""
    else if (target == 0) ratio = value == 0 ? "met" : "missed"
    else                  ratio = sprintf("%.2f", value / target)
    line(what, sprintf(value < 1000 ? "%.4g" : "%.0f", value), unit, target, ratio)
  }

  # faster prints how many times longer the yardstick takes. The target is the
  # minimum.
  function faster(what, name, yardstick, least,    times) {
    if (!((name " ns/op") in sum) || !((yardstick " ns/op") in sum)) return # already reported as missing
    times = sum[yardstick " ns/op"] / runs[yardstick " ns/op"] / (sum[name " ns/op"] / runs[name " ns/op"])
    line(what, sprintf("%.4g", times), "x", least, least == "" ? "" : sprintf("%.2f", times / least))
  }

  function line(what, measured, unit, target, ratio,    text) {
    text = sprintf("%-36s %9s %-6s %7s  %15s", what, measured, unit, target, ratio)
    sub(/ +$/, "", text)
    print text
  }

  END {
    if (cpu != "") print cpu
    line("what", "measured", "unit", "target", "measured/target")
    row("start-up of an empty program",              "Startup ms/empty",       1,    "ms")
    row("start-up of plan with its answer",          "Startup ms/plan",        1,    "ms")
    row("start-up, plan to empty program",           "Startup x/empty",        1,    "x",         3)
    row("split of one function",                     "Split ns/op",            1,    "ns",      100)
    row("split of one function, allocations",        "Split allocs/op",        1,    "",          0)
    row("split of 10,000 functions",                 "Spill10000 ns/op",       1e-6, "ms",       10)
    row("profile of 10,000 functions to JSON",       "Profile10000 ns/op",     1e-6, "ms",      350)
    sum["size"] = size; runs["size"] = 1
    runs["allocations"] = 1
    sum["allocations"] = sum["B100000 allocs/op"] + sum["Servers1000000 allocs/op"] + sum["ColdStarts700 allocs/op"]
    row("Erlang B of 100,000 servers",               "B100000 ns/op",             1e-3, "us")
    row("  by the textbook recursion",               "Recursion100000 ns/op",     1e-3, "us")
    faster("  times faster, at least",               "B100000", "Recursion100000", 30)
    row("servers for a load of 1,000,000",           "Servers1000000 ns/op",      1e-3, "us")
    row("  one after the other",                     "SmallestStep1000000 ns/op", 1e-3, "us")
    faster("  times faster",                         "Servers1000000", "SmallestStep1000000")
    row("cold starts for a load of 700",             "ColdStarts700 ns/op",       1e-3, "us")
    row("  by the textbook, 16 nodes in turn",       "FixedTalbot700 ns/op",      1e-3, "us")
    faster("  times faster",                         "ColdStarts700", "FixedTalbot700")
    row("allocations of all three",                  "allocations",               1,    "",          0)
    row("chances of one function, load 100",         "Chance ns/op",              1e-3, "us")
    row("throttle target, 3,000 functions",          "Target3000 ns/op",       1e-6, "ms",     2700)
    row("  if nothing comes back",                   "SyncTarget3000 ns/op",   1e-6, "ms")
    row("sweep of 1,000 provisioned, load 100",      "Sweep1000 ns/op",           1e-6, "ms",       50)
    row("sweep of 1,000 rates, with a target",       "SweepRates1000 ns/op",      1e-6, "ms",       50)
    row("one function, priced",                      "Priced ns/op",              1e-3, "us")
    row("cheapest of one function",                  "Optimize ns/op",            1e-3, "us")
    row("cheapest day of three levels",              "Day ns/op",                 1e-6, "ms")
    row("levels of the 8,760 hours of a year",       "Year ns/op",                1e-6, "ms",     1000)
    row("check of a plan of 5 MB",                   "Check5MB ns/op",         1e-6, "ms",      200)
    row("  encoding/json sees that it is JSON",      "Valid5MB ns/op",         1e-6, "ms")
    row("  allocated, to the size of the plan",      "Check5MB B/op",          2e-7, "x",         6)
    row("JSON of a plan of 10,000 functions",        "JSON ns/op",             1e-6, "ms")
    row("  by encoding/json",                        "EncodingJSON ns/op",     1e-6, "ms")
    faster("  times faster, at least",               "JSON", "EncodingJSON",   3)
    row("stripped binary",                           "size",                   1e-6, "MB",       20)
    if (missing != "") {
      printf "%s", missing > "/dev/stderr"
      exit 1
    }
  }' "$work/output"
