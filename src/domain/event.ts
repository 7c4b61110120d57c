/** A thing that happened, before the shell wraps it in its envelope. */
export type Event<Type extends string = string, Data = unknown> = { readonly type: Type; readonly data: Data };
