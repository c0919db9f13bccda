import type { PlannedProducer } from "../../plan/model/daemon";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { sketchPlan } from "./lab-plan";

export const COUNT = 10_000;
export const HOSTS = Array.from({ length: COUNT }, (_, i) => `n${String(i + 1).padStart(5, "0")}`);

/** One aggregator on this machine with all of these as producers; their own hosts are none that can be reached. */
export function planOf(names: readonly string[]): DeploymentPlan {
  const daemon = { xprt: "sock", port: 411, auth: "none" as const };
  return sketchPlan(
    [
      ...names.map((name) => ({ name, address: "127.0.0.1", containers: [["samp", "sampler"]] as const })),
      { name: "agg", isLocal: true, containers: [["agg1", "aggregator"]] as const },
    ],
    {
      daemons: [
        ...names.map((host, i) => ({
          ...daemon,
          ...{ host, container: "samp", role: "sampler" as const, level: 0, componentId: i + 1 },
          sets: [{ name: "meminfo", schema: "meminfo", intervalSeconds: 1 }],
        })),
        { ...daemon, host: "agg", container: "agg1", role: "aggregator", level: 1, componentId: 0 },
      ],
      pulls: [
        {
          aggregators: [{ host: "agg", container: "agg1" }],
          updateSeconds: 1,
          producers: names.map((host): PlannedProducer => ({ host, container: "samp", dialledAt: `${host}-iw:411` })),
        },
      ],
    },
  );
}

/** An engine whose aggregator prints what ldmsd_controller 4.5.3 would, of so many producers; each call of it is a line in `docker.log`. */
export const STANDIN = `echo "$*" >>"$0.log"
case "$*" in
inspect*) printf 'running\\t0\\tfalse\\t0\\t\\n' ;;
*ldmsd_controller*) cat >/dev/null
  awk -v now="$(date -u '+%m-%d-%y %H:%M:%S')" 'BEGIN {
    print "active_count                    ${COUNT}"
    print "Name             Host             Port         Transport    auth             Rail quota    rx_rate  State        Type"
    for (i = 1; i <= ${COUNT}; i++) {
      printf "s%-15d %-16s          411 sock         none                1       -1       -1 CONNECTED    active    \\n", i, sprintf("n%05d-iw", i)
      printf "    n%05d/meminfo meminfo          READY\\n", i
    }
    print "Name                           Schema Name      State      Origin           Producer         Timestamp                 Duration(sec)"
    for (i = 1; i <= ${COUNT}; i++) printf "%-30s meminfo          READY      n%05d           s%-15d %s [1656]      0.000030    \\n", sprintf("n%05d/meminfo", i), i, i, now
    print "Name             Interval:Offset  Auto   Mode            State"
    print "u                1.0s:200.0ms     false  Pull            RUNNING   "
    for (i = 1; i <= ${COUNT}; i++) printf "    s%-15d n%05d-iw                 411 sock         CONNECTED   \\n", i, i
    print "Name             Container        Schema           Regex            Plugin           Flush            State      Decomposition"
  }' ;;
esac`;
