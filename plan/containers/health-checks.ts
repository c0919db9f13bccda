import type { HealthCheck } from "../model/container";
import { ownOr } from "./own-or";
import { ETCD_PORTS } from "./roles";

export function shellCheck(command: string, timeoutSeconds: number, startPeriodSeconds: number): HealthCheck {
  return { test: ["CMD-SHELL", command], intervalSeconds: 15, timeoutSeconds, startPeriodSeconds, retries: 3 };
}

/** dsosd is registered with the portmapper (the number is in SOS's rpc/sosapi.x) and its port answers. @see images/ldms-agg/dsosd-health */
export function checkDsosd(): HealthCheck {
  return shellCheck(ownOr("/usr/local/sbin/dsosd-health", "timeout 5 rpcinfo -p 127.0.0.1 | grep -qw 40009862"), 15, 20);
}

/** As upstream's image: etcd answers and maestro runs. */
export function checkMaestro(): HealthCheck {
  return shellCheck(`ETCDCTL_API=3 etcdctl --endpoints=127.0.0.1:${ETCD_PORTS.clients} endpoint health && pgrep -x maestro`, 10, 30);
}

/** `/` answers at the address of the container's own argv, with whatever its ALLOWED_HOSTS make of the name. @see images/ldms-ui/health */
export function checkUi(address: string, port: number): HealthCheck {
  const get = `import http.client as h; c = h.HTTPConnection('${address}', ${port}, timeout=8); c.request('GET', '/'); exit(c.getresponse().status >= 500)`;
  return shellCheck(ownOr("/usr/local/lib/ldms-ui/health", `python3 -c "${get}"`), 10, 20);
}

/** @see https://grafana.com/docs/grafana/latest/developers/http_api/other/#health-api */
export function checkGrafana(address: string, port: number): HealthCheck {
  return shellCheck(`curl -fsS http://${address}:${port}/api/health`, 10, 30);
}
