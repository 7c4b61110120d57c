/** Who stands for whom since a merger, and the step that made it so: by the body that is no more. */
export type Successors<Step extends { readonly into: string }> = Readonly<Record<string, Step | undefined>>;

/** The mergers that lead from a body to the one that stands for it now, in their order; none for a body that exists. */
export const stepsFrom = <Step extends { readonly into: string }>(
  successors: Successors<Step>,
  body: string,
): readonly (Step & { readonly from: string })[] => {
  const steps: (Step & { readonly from: string })[] = [];
  for (let from = body, step = successors[from]; step !== undefined; from = step.into, step = successors[from]) {
    if (steps.some((earlier) => earlier.from === from)) return steps;
    steps.push({ ...step, from });
  }
  return steps;
};

/** The same seats, with those of a merged body taken on by the other (requirements §1). */
export const withSeatsOf = <Id extends string>(
  operators: Readonly<Record<string, Id | undefined>>,
  from: string,
  into: Id,
): Readonly<Record<string, Id | undefined>> =>
  Object.fromEntries(Object.entries(operators).map(([area, holder]) => [area, holder === from ? into : holder]));
