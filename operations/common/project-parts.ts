/** What of the project's folder runs a stack, node_modules left out. */
export const PROJECT_PARTS = [
  ...["Pulumi.yaml", "Pulumi.cygnus.yaml", "stack-file.schema.json", "index.ts", "program.ts", "cli.ts", "package.json", "tsconfig.json"],
  ...["automation", "bin", "cli", "components", "engine", "images", "operations", "plan", "policies", "portal", "processes", "stack"],
];

/** Where a bundle's project has the portal's page, built: what builds it is no part of a bundle. No checkout has it. */
export const BUILT_PAGE = "portal/built-page";
