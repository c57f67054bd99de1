/** Tests run the TypeScript as it stands, compiled to CommonJS by swc: a plan test starts in under half a second. */
export default {
  // Jest leaves a core idle for its own watch mode; a gate has none to spare.
  maxWorkers: "100%",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/e2e/"],
  // Checkouts of other commits and copies of the program that commands and tests lay out.
  modulePathIgnorePatterns: ["<rootDir>/.spacetime-vr/"],
  // Not a bar but a bound: a test that plans, or starts a server, must not fail because the machine is busy.
  testTimeout: 30_000,
  transform: {
    "\\.(t|j)s$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2023" },
        module: { type: "commonjs" },
      },
    ],
  },
  // Packages that ship only ES modules and that tests import through our code.
  transformIgnorePatterns: ["/node_modules/(?!(commander|jose|@apidevtools)/)"],
};
