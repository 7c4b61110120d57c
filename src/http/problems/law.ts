import type { ProblemRows } from '../problem-row.ts';

export const LAW_PROBLEMS: ProblemRows = {
  'policy.invalid': {
    status: 422,
    zh: ['规则包有误', '规则包有内容缺失或不正确，见 errors，改正后重新提出。'],
    en: ['Invalid policy pack', 'Something in the pack is missing or wrong; see errors, mend it and propose again.'],
  },
  'policy.nothing-proposed': {
    status: 409,
    zh: ['没有待确认的规则包', '目前没有待确认的提议，请先提出。'],
    en: ['Nothing is proposed', 'No proposal waits for confirmation. Propose one first.'],
  },
  'policy.other-version': {
    status: 409,
    zh: ['版本不符', '待确认的是第 {proposed} 版，请查看后再确认。'],
    en: ['Another version', 'Version {proposed} waits for confirmation. Read it first.'],
  },
  'policy.same-person': {
    status: 422,
    zh: ['须由另一人确认', '您是提出人；规则包须由领导小组办公室的另一个账号确认。'],
    en: ['A second person is needed', 'You proposed this pack; another account of the lead office confirms it.'],
  },
  'notice.invalid': {
    status: 422,
    zh: ['放假通知有误', '通知有内容缺失或不正确，见 errors，改正后重新提出。'],
    en: ['Invalid calendar notice', 'Something in the notice is missing or wrong; see errors, mend it and propose again.'],
  },
  'notice.nothing-proposed': {
    status: 409,
    zh: ['没有待确认的放假通知', '目前没有待确认的提议，请先提出。'],
    en: ['Nothing is proposed', 'No proposal waits for confirmation. Propose one first.'],
  },
  'notice.already-confirmed': {
    status: 409,
    zh: ['放假通知已确认', '已确认的通知不能更改；如有调整，请以新编号和更高版本另行提出。'],
    en: ['Notice is confirmed', 'A confirmed notice never changes. Propose a new one with its own id and a higher version.'],
  },
  'notice.same-person': {
    status: 422,
    zh: ['须由另一人确认', '您是提出人；放假通知须由领导小组办公室的另一个账号确认。'],
    en: ['A second person is needed', 'You proposed this notice; another account of the lead office confirms it.'],
  },
  'calendar-unknown': {
    status: 422,
    zh: ['尚无放假安排', '自 {firstUnknownDay} 起没有已确认的放假通知，无法计算工作日；请待国务院办公厅通知登记后再查。'],
    en: [
      'Calendar unknown',
      'From {firstUnknownDay} on no notice is confirmed. Ask again once the State Council notice is recorded.',
    ],
  },
};
