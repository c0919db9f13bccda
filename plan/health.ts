import type { HealthCheck } from "./deployment-plan";

function shellCheck(command: string, timeoutSeconds: number, startPeriodSeconds: number): HealthCheck {
  return { test: ["CMD-SHELL", command], intervalSeconds: 15, timeoutSeconds, startPeriodSeconds, retries: 3 };
}

/**
 * Asks the daemon for its sets by `ldms_ls`, with the transport and authentication of its own argv. A script of the image: over transports other than
 * `sock` the exit code of `ldms_ls` is not a safe signal. @see images/common/ldmsd-health
 */
export function checkLdmsd(): HealthCheck {
  return shellCheck("/usr/local/lib/ldms/ldmsd-health", 15, 20);
}

/** dsosd is registered with the portmapper and its port answers. @see images/ldms-agg/dsosd-health */
export function checkDsosd(): HealthCheck {
  return shellCheck("/usr/local/sbin/dsosd-health", 15, 20);
}

/** As upstream's image: etcd answers and maestro runs. */
export function checkMaestro(): HealthCheck {
  return shellCheck("ETCDCTL_API=3 etcdctl --endpoints=127.0.0.1:2379 endpoint health && pgrep -x maestro", 10, 30);
}

/** `/` answers at the address of the container's own argv. @see images/ldms-ui/health */
export function checkUi(): HealthCheck {
  return shellCheck("/usr/local/lib/ldms-ui/health", 10, 20);
}

/** @see https://grafana.com/docs/grafana/latest/developers/http_api/other/#health-api */
export function checkGrafana(address: string, port: number): HealthCheck {
  return shellCheck(`curl -fsS http://${address}:${port}/api/health`, 10, 30);
}
