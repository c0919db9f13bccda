import { foldHosts } from "../../plan/hostlist/fold";
import type { Violation } from "../../plan/rules/violation";
import type { Finding } from "../api";

export function describeFinding({ rule, severity, enforcement, hosts, message, help, waived }: Violation): Finding {
  return { rule, severity, enforcement, hosts: foldHosts(hosts), message, help, ...(waived && { waived }) };
}
