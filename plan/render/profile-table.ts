import { renderSubject } from "../profile/need-subject";
import { PROFILE_NEEDS, type ProfileNeed } from "../profile/profile";

/** The rows of `PROFILE_NEEDS` as a table of Markdown, for docs/profile.md. */
export function renderProfileTable(): string {
  const rows = PROFILE_NEEDS.map((need) => `| ${renderSubject(need.of)} | ${renderGrants(need)} | ${need.reason} |`);
  return ["| what | is given | because |", "|---|---|---|", ...rows].join("\n");
}

function renderGrants({ capabilities = [], devices = [], binds = [], tmpfs = {}, securityOpts = [] }: ProfileNeed): string {
  const grants = [
    ...capabilities,
    ...devices.map(({ path, permissions }) => `device \`${path}\` (${permissions})`),
    ...binds.map((path) => `\`${path}\` of the host (read-only)`),
    ...Object.entries(tmpfs).map(([path, options]) => `tmpfs \`${path}\` (${options})`),
    ...securityOpts.map((option) => `\`${option}\``),
  ];
  return grants.join(", ") || "nothing more";
}
