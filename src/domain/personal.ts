/**
 * Personal data in events (decision 16). A decider puts `Personal` where the plain value goes; the shell replaces it by
 * `Sealed` before the event is hashed, so no plain text ever reaches the log. Projections carry what they find.
 */
export type Sealed = {
  readonly $enc: { readonly keyId: string; readonly nonce: string; readonly ciphertext: string; readonly commitment: string };
};
/** A plain value on its way to the log, with the subject whose key seals it. Never in a recorded event. */
export type Unsealed = { readonly $personal: string; readonly subject: string };
export type Personal = Sealed | Unsealed;

/** Marks a value as personal data of a subject (an account id). */
export const personal = (value: string, subject: string): Personal => ({ $personal: value, subject });

export const isUnsealed = (value: unknown): value is Unsealed =>
  typeof value === 'object' && value !== null && '$personal' in value && 'subject' in value;
export const isSealed = (value: unknown): value is Sealed => typeof value === 'object' && value !== null && '$enc' in value;
