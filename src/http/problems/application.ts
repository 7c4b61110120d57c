import type { ProblemRows } from '../problem-row.ts';

const APPLYING: ProblemRows = {
  'application.exists': {
    status: 409,
    article: 'R13.2',
    zh: ['申请已提交', '该申请已经提交，请直接查看。'],
    en: ['Application exists', 'This application was submitted already. Read it instead.'],
  },
  'application.abandoned': {
    status: 409,
    article: 'R13.2',
    zh: ['申请已放弃', '该申请的提交未完成，已被放弃，请重新提交。'],
    en: ['Application abandoned', 'This application was never completed. Submit it again.'],
  },
  'application.needs-account': {
    status: 403,
    article: 'R13.1',
    zh: ['须由部门申请', '申请只能由部门的账号提交。'],
    en: ['A department applies', 'An application is submitted by an account of a department.'],
  },
  'application.resource-not-published': {
    status: 422,
    article: 'R11.3',
    zh: ['资源不在目录中', '资源 {resource} 未发布或已撤销，请在目录中重新选择。'],
    en: ['Not in the catalog', 'The resource {resource} is not published, or not any more. Choose another from the catalog.'],
  },
  'application.not-shared': {
    status: 422,
    article: 'R11.1',
    zh: ['资源不予共享', '该资源为不予共享类，不能申请；依据见目录条目。'],
    en: ['Not shared', 'This resource is not shared and cannot be applied for; the entry names the basis.'],
  },
  'application.resource-not-conditional': {
    status: 422,
    article: 'R11.2',
    zh: ['无须申请', '该资源为无条件共享，请直接登记获取（POST /grants）。'],
    en: ['No application needed', 'This resource is shared unconditionally. Register for it directly (POST /grants).'],
  },
  'application.own-resource': {
    status: 422,
    article: 'R13.1',
    zh: ['本单位的资源', '该资源由本单位提供，无须申请。'],
    en: ['Own resource', 'Your own organization provides this resource; there is nothing to apply for.'],
  },
  'application.supply-suspended': {
    status: 409,
    article: 'R9.1',
    zh: ['资源已暂停供应', '该资源因安全原因暂停供应，请在恢复后再申请。'],
    en: ['Supply is suspended', 'The supply is suspended for security. Apply again once it is resumed.'],
  },
  'application.superior-level': {
    status: 422,
    article: 'R14.4',
    zh: ['须逐级申请', '该资源属于{level}，须先由本级平台管理单位受理并逐级转报。'],
    en: [
      'Goes level by level',
      "The resource is of a higher level ({level}). Your own level's operator receives it first and passes it on.",
    ],
  },
  'application.no-operator': {
    status: 409,
    article: 'R6.1',
    zh: ['尚无受理单位', '{level}（行政区划 {divisionCode}）尚未登记受理申请的平台管理单位，请联系系统管理员。'],
    en: ['No operator yet', 'No operator receives applications for {level} {divisionCode} yet. Ask an administrator.'],
  },
  'application.items-unavailable': {
    status: 422,
    article: 'R11.3',
    zh: ['信息项不可申请', '请至少选择一项；以下信息项不在目录中、不予共享或重复：{items}。'],
    en: ['Items not available', 'Name one item at least. Not in the entry, not shared, or named twice: {items}.'],
  },
  'application.period-reversed': {
    status: 422,
    article: 'R13.2',
    zh: ['使用期限有误', '截止日期 {to} 早于开始日期 {from}，请核对。'],
    en: ['Period is reversed', 'The period ends on {to}, before it begins on {from}.'],
  },
  'application.period-over': {
    status: 422,
    article: 'R13.2',
    zh: ['使用期限已过', '截止日期 {to} 已过，请填写今天或以后的日期。'],
    en: ['Period is over', 'The period ended on {to}. Let it end today or later.'],
  },
  'application.wrong-status': {
    status: 409,
    article: 'R14.1',
    zh: ['当前状态不能办理', '该申请当前状态为“{status}”，不能办理此事项，请重新查看。'],
    en: ['Wrong status', 'The application is {status}, which does not allow this. Read it again.'],
  },
  'application.not-its-applicant': {
    status: 403,
    article: 'R13.1',
    zh: ['不是申请部门', '该申请须由申请部门的云长确认。'],
    en: ['Not its applicant', 'This waits for the data chief of the applying department.'],
  },
  'application.needs-data-chief': {
    status: 403,
    article: 'R13.1',
    zh: ['须由云长确认', '申请和答复的确认由云长或其委托的人办理，您没有这项委托。'],
    en: ['The data chief endorses', 'The data chief or a delegate endorses; you hold no such mandate.'],
  },
  'application.comment-required': {
    status: 422,
    article: 'R14.1',
    zh: ['须填写意见', '退回、不予受理或不同意时须填写意见，说明理由。'],
    en: ['A comment is required', 'A return, refusal or decline says why in its comment.'],
  },
};

const CHECKING: ProblemRows = {
  'application.applicant-checks': {
    status: 422,
    article: 'R14.1',
    zh: ['不能检查本人的申请', '规范性检查不得由撰写、确认该申请的人办理，请由其他人检查。'],
    en: ['The applicant checks', 'Nobody who wrote, endorsed or sent the application checks it. Let another officer do so.'],
  },
  'application.defects-required': {
    status: 422,
    article: 'R14.1',
    zh: ['须列明缺陷', '退回补正须一次性列明全部缺陷。'],
    en: ['Defects are required', 'A return names every defect at once.'],
  },
  'application.defects-too-long': {
    status: 422,
    article: 'R14.1',
    zh: ['缺陷说明过长', '全部缺陷合计不得超过 {most} 字节，请精简说明。'],
    en: ['Defects are too long', 'All defects together hold {most} bytes at most. Say it more briefly.'],
  },
  'application.defects-without-return': {
    status: 422,
    article: 'R14.1',
    zh: ['缺陷只用于退回', '通过或不予受理时不列缺陷，请改为退回或去掉缺陷。'],
    en: ['Defects without a return', 'Only a return names defects. Return the application, or leave them out.'],
  },
  'application.defect-not-new': {
    status: 422,
    article: 'R14.1',
    zh: ['不能再次提出原有缺陷', '再次退回只能针对补正后新出现的缺陷；以下字段补正时没有改动：{paths}。'],
    en: ['Defect is not new', 'A second return needs defects that arose later; these fields were not changed: {paths}.'],
  },
};

const REPLYING: ProblemRows = {
  'application.not-its-provider': {
    status: 403,
    article: 'R14.2',
    zh: ['不是提供部门', '该答复须由提供部门的云长确认。'],
    en: ['Not its provider', 'This waits for the data chief of the providing department.'],
  },
  'application.drafter-endorses': {
    status: 422,
    article: 'R13.1',
    zh: ['不能确认本人拟写的答复', '拟写人与确认人不得为同一人，请由其他人确认。'],
    en: ['The drafter endorses', 'Who drafted the reply does not endorse it. Leave it to somebody else.'],
  },
  'application.reason-required': {
    status: 422,
    article: 'R14.2',
    zh: ['须说明理由', '不同意或部分同意时须说明理由。'],
    en: ['A reason is required', 'A refusal, whole or in part, says why.'],
  },
  'application.reply-too-long': {
    status: 422,
    article: 'R14.2',
    zh: ['答复过长', '答复连同各项理由和条件不得超过 {most} 字节，请精简。'],
    en: ['The reply is too long', 'A reply with all its reasons and conditions holds {most} bytes at most. Say it more briefly.'],
  },
  'application.items-required': {
    status: 422,
    article: 'R11.3',
    zh: ['须逐项答复', '部分同意时须对每个信息项分别作出决定。'],
    en: ['Items are required', 'A partial approval decides item by item.'],
  },
  'application.items-mismatch': {
    status: 422,
    article: 'R14.2',
    zh: ['信息项不一致', '须对申请的每个信息项各答复一次。多余或重复：{unknown}；缺少：{missing}。'],
    en: ['Items do not match', 'Decide once about each item that was asked for. Unknown or twice: {unknown}; missing: {missing}.'],
  },
  'application.row-condition-unknown': {
    status: 422,
    article: 'R14.2',
    zh: ['行条件有误', '行条件所用的信息项不在目录条目中：{items}。'],
    en: ['Unknown row condition', 'Row conditions name items that the entry does not have: {items}.'],
  },
  'application.rows-of-file': {
    status: 422,
    article: 'R14.2',
    zh: ['文件不能限定行', '该资源以文件共享，文件只能整体提供，不能附加行条件：{items}。请去掉行条件，或改以库表共享后再答复。'],
    en: [
      'No rows of a file',
      'The entry is shared as a file, which is given as a whole: no row conditions ({items}). Leave them out, or share it as a table first.',
    ],
  },
  'application.outcome-mismatch': {
    status: 422,
    article: 'R14.2',
    zh: ['结论与逐项决定不一致', '结论为“{outcome}”，而 {of} 项中同意 {granted} 项，请核对。'],
    en: ['Outcome does not fit', 'The outcome is {outcome}, but {granted} of {of} items are granted.'],
  },
  'application.no-extension': {
    status: 422,
    article: 'R14.2',
    zh: ['不能延长', '规则包 {pack} 没有规定可以延长答复期限。'],
    en: ['No extension', 'The pack {pack} allows no extension of the reply.'],
  },
  'application.extension-too-long': {
    status: 422,
    article: 'R14.2',
    zh: ['延长过久', '最多延长 {atMost} 个工作日，请缩短。'],
    en: ['Extension is too long', 'At most {atMost} working days.'],
  },
  'application.term-has-run-out': {
    status: 422,
    article: 'R14.2',
    zh: ['期限已过', '按规则包 {pack}，答复期限已于 {ended} 届满，届满后不能再延长；请尽快答复。'],
    en: [
      'The term has run out',
      'Under the pack {pack} the term of the reply ended at {ended}; nothing extends it afterwards. Reply as soon as possible.',
    ],
  },
  'application.already-extended': {
    status: 409,
    article: 'R14.2',
    zh: ['已经延长', '本次答复按规则包 {pack} 已延长过一次，不能再延长。'],
    en: ['Extended already', 'This reply was extended under the pack {pack} once; there is no second time.'],
  },
};

export const APPLICATION_PROBLEMS: ProblemRows = { ...APPLYING, ...CHECKING, ...REPLYING };
