/**
 * What a key of the stack file is for, with one example, as zod's metadata: what `ldms schema`, editors and docs/stack-file.md say of it.
 *
 * @param example in the form that the stack file has it
 */
export function about(description: string, example: unknown): { readonly description: string; readonly examples: unknown[] } {
  return { description, examples: [example] };
}
