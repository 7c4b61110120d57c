export type Language = 'zh' | 'en';
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly article?: string;
};

/** Status, article, title and detail of one code, in both languages. `{name}` in a detail is filled from the error's details. */
export type ProblemRow = {
  readonly status: number;
  readonly article?: string;
  readonly zh: readonly [title: string, detail: string];
  readonly en: readonly [title: string, detail: string];
};
export type ProblemRows = Readonly<Record<string, ProblemRow>>;
