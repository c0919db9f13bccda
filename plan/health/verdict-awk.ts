/** Of a store's disk: below it an aggregator is not healthy, and a host is not ready for one. [judgement] */
export const LEAST_FREE_PERCENT = 2;
/** Longest that a check waits for ldms_ls, and for its look at the stores, in seconds. */
export const LIST_SECONDS = 8;
export const STORES_SECONDS = 5;

/**
 * awk that reads what the health script gathered and judges it: one line, exit code 1 where something is wrong.
 * Lines that begin with a tab are the script's own, the others what `ldms_ls -v` printed.
 *
 * Sets that arrive from other hosts carry those hosts' clocks: they are fresh while their time stamps move, whatever these say.
 * The store's files may be stamped by a file server: they are judged in the same way.
 * No single quote may stand in it, and only what mawk, gawk and busybox have in common. Large numbers are printed by %.0f: mawk rounds them.
 */
export const VERDICT_AWK = String.raw`
function blame(text) { if (++faults <= 5) bad = bad (bad == "" ? "" : "; ") text }
function warn(text) { soft = soft (soft == "" ? "" : "; ") text }
function keep(text) { if (save != "") print "\t" text > save }
function seconds(number) { return sprintf("%.0f", number) }
# How old a set may be that comes each so many seconds.
function limit(interval) { return 3 * interval > 5 ? 3 * interval : 5 }
# Of "a:b:c" head is "a", tail "b:c".
function cut(text,   i) { i = index(text, ":"); head = substr(text, 1, i - 1); tail = substr(text, i + 1) }

# With + 0, for a text is not compared as a number.
function take_word(word) {
  if (sub(/^set=/, "", word)) { cut(word); await[++awaited] = tail; pace[tail] = head + 0 }
  else if (sub(/^receives=/, "", word)) receives = word + 0
  else if (sub(/^store=/, "", word)) {
    plugin[++stores] = substr(word, 1, index(word, ":") - 1); cut(word); cut(tail)
    patience[stores] = head + 0; cut(tail); schema_of[stores] = head; folder[stores] = tail
  }
}

BEGIN { now = systime(); host = ENVIRON["HOSTNAME"] }

/^\t/ {
  split($0, f, "\t"); kind = f[2]
  if (kind == "word") take_word(f[3])
  else if (kind == "set") { stamp[f[3]] = f[4]; moved[f[3]] = f[5] }
  else if (kind == "unsampled") unsampled[f[3]] = f[4]
  else if (kind == "last") last = f[3]
  else if (kind == "arrives") { arrived[f[3]] = f[4]; since[f[3]] = f[5] }
  else if (kind == "disk") { disk_time[f[3]] = f[4]; disk_kb[f[3]] = f[5]; disk_rate[f[3]] = f[6] }
  else if (kind == "wrote") { wrote[f[3]] = f[4]; wrote_seen[f[3]] = f[5] }
  else if (kind == "store") { at = f[3]; state[at] = f[4]; why[at] = f[5] }
  else if (kind == "df") for (i = NF; i > 4; i--) { if ($i ~ /^[0-9]+%$/) { type[at] = $(i - 4); used[at] = $(i - 2); free[at] = $(i - 1); break } }
  else if (kind == "file") { if (f[3] > newest[at]) newest[at] = f[3] }
  else if (kind == "late") late = 1
  else if (kind == "code") code = f[3]
  next
}
/^Total Sets:/ { answered = 1; next }
{
  # Flags may be blank, so that columns are counted from the one with the permissions.
  for (i = 4; i < NF; i++) if ($i ~ /^[-rwx]+$/ && length($i) > 8 && $(i + 1) ~ /^[0-9]+[.][0-9]+$/) { take_set($1, $2, $3, $(i + 1)); next }
  if (NF > 0 && $1 != "Schema" && $1 !~ /^-+$/) words = $0
}

function take_set(schema, instance, flags, update,   name) {
  answered = 1
  if (flags ~ /L/) { name = instance; sub(/^.*\//, "", name); own[name] = instance; own_update[name] = update; return }
  if (!receives) return
  sets++
  if (update > 0 && stamp[instance] != update) { last = moved[instance] = now; arrives[schema] = 1 }
  if (moved[instance] != "" && now - moved[instance] <= receives) fresh++
  kept[sets] = "set\t" instance "\t" update "\t" seconds(moved[instance])
}

function judge_own(name,   age) {
  if (!(name in own)) { blame("set " host "/" name ": not there"); return }
  if (own_update[name] == 0) {
    # A plugin samples at full multiples of its interval: its first time may be far away.
    if (!(name in unsampled)) unsampled[name] = now
    keep("unsampled\t" name "\t" seconds(unsampled[name]))
    if (now - unsampled[name] > limit(pace[name])) blame("set " own[name] ": never sampled")
    return
  }
  age = systime() - own_update[name]
  if (age > limit(pace[name])) blame("set " own[name] ": " int(age / pace[name]) " intervals old")
  else fresh++
}

function judge_received(   i, schema) {
  if (last != "" && !fresh && sets) blame("no set of its producers is fresh: " sets " listed, the last one came " seconds(now - last) " s ago")
  # The sets of a producer that is not connected are gone.
  if (last != "" && !sets && now - last > 5) blame("none of its producers is connected: the last set came " seconds(now - last) " s ago")
  for (i = 1; i <= sets; i++) keep(kept[i])
  if (last != "") keep("last\t" seconds(last))
  for (schema in arrives) {
    if (!(schema in arrived) || now - arrived[schema] > receives) since[schema] = now
    arrived[schema] = now
  }
  for (schema in arrived) keep("arrives\t" schema "\t" seconds(arrived[schema]) "\t" seconds(since[schema]))
}

function judge_store(n,   name, schema) {
  name = folder[n]; schema = schema_of[n]
  if (late) return
  if (state[name] != "ok") { blame("store " name ": " state[name] (why[name] == "" ? "" : ": " why[name])); return }
  judge_disk(name)
  # What is mapped into memory gets no time stamp on a tmpfs.
  if (patience[n] == 0 || (plugin[n] == "store_sos" && type[name] == "tmpfs")) return
  if (newest[name] != wrote[name] || !(name in wrote_seen)) { wrote[name] = newest[name]; wrote_seen[name] = now }
  keep("wrote\t" name "\t" wrote[name] "\t" seconds(wrote_seen[name]))
  if (!(schema in arrived) || arrived[schema] - since[schema] <= patience[n] || arrived[schema] - wrote_seen[name] <= patience[n]) return
  if (newest[name] == "") blame("store " name ": sets of " schema " arrive, nothing is written")
  else blame("store " name ": nothing written for " seconds(now - wrote_seen[name]) " s")
}

function judge_disk(name,   share, text) {
  if (!(name in free) || used[name] + free[name] == 0) return
  share = 100 * free[name] / (used[name] + free[name])
  text = "store " name ": " sprintf("%.1f", share) " % of its disk are free"
  if (share < ${LEAST_FREE_PERCENT}) blame(text)
  else if (share < 10) warn(text)
  if (!(name in disk_time)) { disk_time[name] = now; disk_kb[name] = free[name] }
  else if (now - disk_time[name] >= 3600) {
    disk_rate[name] = (disk_kb[name] - free[name]) / (now - disk_time[name])
    disk_time[name] = now; disk_kb[name] = free[name]
  }
  keep("disk\t" name "\t" seconds(disk_time[name]) "\t" seconds(disk_kb[name]) "\t" disk_rate[name])
  if (share >= 10 && disk_rate[name] > 0 && free[name] < disk_rate[name] * 86400)
    warn("store " name ": at the growth of the last hour its disk is full in " sprintf("%.1f", free[name] / disk_rate[name] / 3600) " h")
}

END {
  if (code != 0 && !answered) {
    sub(/^ldms_ls: */, "", words)
    if (code == 124 || code == 143) words = "no answer within ${LIST_SECONDS} s"
    blame("listener " where ": " (words == "" ? "ldms_ls ended with " code : words))
    # What was known of the sets is kept for the next time.
    save = ""
  } else {
    if (receives) judge_received()
    for (n = 1; n <= awaited; n++) judge_own(await[n])
  }
  if (late) blame("stores: no answer within ${STORES_SECONDS} s")
  for (n = 1; n <= stores; n++) judge_store(n)
  if (faults > 5) bad = bad "; and " faults - 5 " more"
  if (bad != "") print bad
  else if (soft != "") print "warning: " soft
  else if (receives && last == "") print "no data yet"
  else print fresh + 0 (fresh == 1 ? " set is fresh" : " sets are fresh")
  exit bad != ""
}
`;
