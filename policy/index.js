// The engine looks for JavaScript; Node strips the types of what stands behind it.
import "./pack/policy-pack.ts";
