/**
 * Runs kubectl in the context of the deployment and returns its standard output.
 * @throws NoResponseError with the last line of its error output; MissingToolError without kubectl.
 */
export type Kubectl = (args: readonly string[]) => Promise<string>;
