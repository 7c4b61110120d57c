import type { Event } from '../event.ts';
import type { CalendarNotice } from '../calendar.ts';
import type { PolicyPack } from '../policy-pack.ts';

/** Stream `policy-<pack id>`: each proposal is the pack's next version; one lead-office account proposes, another confirms. */
export type PolicyEvent =
  | Event<'PolicyProposed', { readonly version: number; readonly pack: PolicyPack }>
  | Event<'PolicyConfirmed', { readonly version: number; readonly pack: PolicyPack }>;

/** Stream `notice-<id>`: a State Council holiday notice. */
export type NoticeEvent =
  | Event<'CalendarNoticeProposed', { readonly notice: CalendarNotice }>
  | Event<'CalendarNoticeConfirmed', { readonly notice: CalendarNotice }>;
