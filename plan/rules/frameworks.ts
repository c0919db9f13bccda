/** A control of a published catalogue. */
export interface Framework {
  readonly name: string;
  readonly version: string;
  /** `5.16`, `Host Namespaces` */
  readonly reference: string;
}

/** The numbers are those of docker-bench-security with 117 checks: older ones count the PID namespace as 5.15. */
export function cis(reference: string): Framework {
  return { name: "CIS Docker Benchmark", version: "docker-bench-security, 117 checks", reference };
}

/** @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export function pss(reference: string, level: "Baseline" | "Restricted" = "Baseline"): Framework {
  return { name: "Pod Security Standards", version: level, reference };
}

/** `CIS 5.16, PSS Host Namespaces` */
export function renderFrameworks(frameworks: readonly Framework[]): string {
  return frameworks.map(({ name, reference }) => `${name.startsWith("CIS") ? "CIS" : "PSS"} ${reference}`).join(", ");
}
