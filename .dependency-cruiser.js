/**
 * The layers, the lowest last: an import points to the same layer or downwards, and a domain of `components/` imports only
 * itself and `shared/`. `index.ts` wires the domains together.
 */
const ABOVE = {
  components: [
    "policy",
    "probes",
    "plan",
    "checklist",
    "release",
    "operations",
    "reference-server",
    "cli",
    "bench",
    "index",
  ],
  policy: [
    "probes",
    "plan/plan-environment",
    "checklist",
    "release",
    "operations",
    "reference-server",
    "cli",
    "bench",
  ],
  probes: ["policy", "plan", "checklist", "release", "operations", "reference-server", "cli", "bench"],
  plan: ["probes", "checklist", "release", "operations", "reference-server", "cli", "bench"],
  checklist: ["release", "operations", "reference-server", "cli", "bench"],
  release: ["cli", "bench"],
  operations: ["cli", "bench"],
};

const layers = Object.entries(ABOVE).map(([layer, above]) => ({
  name: `${layer}-imports-nothing-above-it`,
  severity: "error",
  from: { path: `^${layer}/` },
  to: { path: `^(${above.join("|")})(/|\\.ts$)` },
}));

export default {
  forbidden: [
    ...layers,
    {
      name: "domains-do-not-import-each-other",
      comment:
        "components/<domain> may import itself and components/shared; index.ts wires domains through their arguments",
      severity: "error",
      from: { path: "^components/([^/]+)/", pathNot: "^components/shared/" },
      to: { path: "^components/", pathNot: "^components/($1|shared)/" },
    },
    {
      name: "shared-stands-alone",
      severity: "error",
      from: { path: "^components/shared/" },
      to: { path: "^components/", pathNot: "^components/shared/" },
    },
    {
      name: "product-does-not-import-tests",
      severity: "error",
      from: { pathNot: "^(test|bench)/" },
      to: { path: "^test/" },
    },
    {
      name: "only-config-reads-pulumi-config",
      comment: "the config is parsed once; components receive their typed config",
      severity: "error",
      from: { path: "^components/", pathNot: "^components/config/" },
      to: { path: "node_modules/@pulumi/pulumi/config" },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-missing-modules", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no-undeclared-packages",
      severity: "error",
      // The policy pack has its own package.json and uses the packages of the repository.
      from: { pathNot: "^policy/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no-development-packages-in-the-product",
      severity: "error",
      from: { pathNot: "^(test|bench)/|^(jest\\.config|jest\\.e2e\\.config|\\.dependency-cruiser)\\.js$" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".json"],
      // Packages that have no file at the path that their importers name.
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
    },
  },
};
