// Pulumi requires a JavaScript entry point; Node strips the types of the imported TypeScript.
import "./pack/policy-pack.ts";
