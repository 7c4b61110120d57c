/** What is wrong with a document that somebody handed in, by path (`rules.2.value`). */
export type Fault = { readonly path: string; readonly message: string };

/** One fault, or none; so that a check reads as a list of rules. */
export const fault = (wrong: boolean, path: string, message: string): readonly Fault[] => (wrong ? [{ path, message }] : []);
