import { REGISTRY } from "../../lab/names";

export interface TypedLine {
  readonly typed: string;
  /** Only a run on the hosts can tell what it prints. */
  readonly contactsHosts: boolean;
}

const PASSPHRASE = "export PULUMI_CONFIG_PASSPHRASE_FILE=~/.config/ldms/mycluster.passphrase";

/** The README's lines for a cluster of one's own, with the answers of somebody whose cluster is the lab. */
export const SESSION: readonly TypedLine[] = [
  {
    typed: [
      "npx ldms init -s mycluster --hosts cygnus-[01-07] --interconnect {host}-iw --yes \\",
      "    --ssh-address 198.18.0.[11-17] --ssh-key ~/.ssh/id_ed25519 \\",
      `    --images build --registry ${REGISTRY} --tag first-hour`,
    ].join("\n"),
    contactsHosts: true,
  },
  { typed: PASSPHRASE, contactsHosts: false },
  { typed: "npx ldms plan -s mycluster", contactsHosts: false },
  { typed: "npx ldms preflight -s mycluster", contactsHosts: true },
  { typed: "npx ldms up -s mycluster --yes", contactsHosts: true },
  { typed: "npx ldms status -s mycluster --wait 60", contactsHosts: true },
  { typed: "npx ldms verify -s mycluster", contactsHosts: true },
];

/** Removes what the session deployed. */
export const CLEANUP: readonly string[] = [PASSPHRASE, "npx ldms destroy -s mycluster --yes"];
