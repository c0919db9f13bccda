/** Before each key of the stack file: the Pulumi project's name, and so the namespace of its config. */
export const NAMESPACE = "ldms:";
