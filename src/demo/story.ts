import { CATALOG_STORY } from './catalog-story.ts';
import { SHARING_STORY } from './sharing-story.ts';
import type { Play } from './stage.ts';

/** Who does what when a task's time has come. */
export const STORY: Readonly<Record<string, Play | undefined>> = { ...CATALOG_STORY, ...SHARING_STORY };
