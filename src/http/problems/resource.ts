import type { ProblemRows } from '../problem-row.ts';

const COMPILING: ProblemRows = {
  'resource.needs-account': {
    status: 403,
    article: 'R7.1',
    zh: ['须由部门编制', '目录只能由部门的账号编制。'],
    en: ['A department compiles', 'A catalog entry is drafted by an account of a department.'],
  },
  'resource.invalid-entry': {
    status: 422,
    article: 'R7.1',
    zh: ['目录条目有误', '条目有内容缺失或不正确，见 errors，改正后重新提交。'],
    en: ['Invalid catalog entry', 'Fields of the entry are missing or wrong; see errors, mend them and try again.'],
  },
  'resource.wrong-status': {
    status: 409,
    article: 'R7.2',
    zh: ['当前状态不能办理', '该资源当前状态为“{status}”，不能办理此事项，请重新查看。'],
    en: ['Wrong status', 'The resource is {status}, which does not allow this. Read it again.'],
  },
  'resource.code-mismatch': {
    status: 409,
    article: 'R7.1',
    zh: ['代码与分类不符', '资源代码 {code} 不属于现在的分类，请重新查看后再提交。'],
    en: ['Code does not fit', 'The code {code} is not of the present category. Read the entry and submit again.'],
  },
  'resource.needs-data-chief': {
    status: 403,
    article: 'R7.2',
    zh: ['须由云长审核', '部门审核由云长或其委托的人办理，您没有这项委托。'],
    en: ['The data chief reviews', 'The department review is done by the data chief or a delegate; you hold no such mandate.'],
  },
  'resource.author-reviews': {
    status: 422,
    article: 'R7.2',
    zh: ['不能审核本人编制的内容', '编制人与审核人不得为同一人，代编制人审核也不可以，请由其他人审核。'],
    en: ['The author reviews', 'Neither the author nor a delegate of the author reviews. Leave it to somebody else.'],
  },
  'resource.same-reviewer': {
    status: 422,
    article: 'R7.2',
    zh: ['两级审核须为不同的人', '您已办理部门审核，请由平台管理单位的其他人员审核。'],
    en: ['Same reviewer', 'You gave the department review; somebody else gives the operator review.'],
  },
  'resource.comment-required': {
    status: 422,
    article: 'R7.2',
    zh: ['须填写意见', '退回时须填写意见，说明需要修改的内容。'],
    en: ['A comment is required', 'A return says in its comment what has to be mended.'],
  },
};

const CHANGING: ProblemRows = {
  'resource.change-pending': {
    status: 409,
    article: 'R9.1',
    zh: ['已有待办的变更', '变更 {change} 尚未办结，请在其生效或退回后再提出。'],
    en: ['A change is pending', 'Change {change} is not settled. Wait until it took effect or was returned.'],
  },
  'resource.change-too-early': {
    status: 422,
    article: 'R9.1',
    zh: ['生效日期过早', '须提前至少一个月告知使用部门，最早可于 {earliest} 生效；您填写的是 {effectiveOn}。'],
    en: ['Too early', 'Users are told a month before: {earliest} is the earliest lawful date, not {effectiveOn}.'],
  },
  'resource.withdrawal-with-patch': {
    status: 422,
    article: 'R9.1',
    zh: ['撤销不带修改内容', '撤销资源时 patch 应为空；如需修改，请按更新提出。'],
    en: ['A withdrawal changes nothing else', 'Leave patch empty, or ask for an update.'],
  },
  'resource.change-empty': {
    status: 422,
    article: 'R9.1',
    zh: ['没有变更内容', '修改后的条目与现有条目相同，请填写要变更的内容。'],
    en: ['Nothing would change', 'The entry would be what it is. Say what is to change.'],
  },
  'resource.category-fixed': {
    status: 422,
    article: 'R7.1',
    zh: ['分类不能变更', '已发布条目的代码以分类 {category} 为基础；如需改变分类，请撤销后重新编制。'],
    en: ['Category is fixed', 'The code of a published entry rests on its category {category}. Withdraw it and compile another.'],
  },
  'resource.change-unknown': {
    status: 409,
    article: 'R9.2',
    zh: ['没有这项待办的变更', '变更 {change} 不存在、已退回或已生效，请重新查看该资源。'],
    en: ['No such pending change', 'Change {change} does not exist, was returned or took effect. Read the resource again.'],
  },
  'resource.change-already-approved': {
    status: 409,
    article: 'R9.2',
    zh: ['变更已批准', '该变更已批准，将于 {takesEffectAt} 生效，不能再次审核。'],
    en: ['Change is approved', 'It takes effect at {takesEffectAt} and is not reviewed again.'],
  },
  'resource.change-not-due': {
    status: 409,
    article: 'R9.2',
    zh: ['变更尚未到期', '该变更应于 {takesEffectAt} 生效，现在不能生效。'],
    en: ['Change is not due', 'It takes effect at {takesEffectAt}, not now.'],
  },
  'resource.change-not-recipient': {
    status: 403,
    article: 'R9.2',
    zh: ['不是被告知部门', '该变更没有告知贵单位，不能确认或提出异议。'],
    en: ['Not told of it', 'Your organization was not told of this change and neither acknowledges nor objects.'],
  },
  'resource.change-already-objected': {
    status: 409,
    article: 'R9.2',
    zh: ['已提出异议', '贵单位已对该变更提出过异议，请等待平台管理单位审核。'],
    en: ['Objected already', "Your organization has objected to this change. Wait for the operator's review."],
  },
};

const SUPPLYING: ProblemRows = {
  'resource.mount-mode': {
    status: 422,
    article: 'R12.1',
    zh: ['挂接方式不符', '目录规定的共享方式为“{expected}”，不能按“{mode}”挂接。'],
    en: ['Wrong mode', 'The entry is shared as {expected}, so it cannot be mounted as {mode}.'],
  },
  'resource.api-undescribed': {
    status: 422,
    article: 'R12.1',
    zh: ['缺少接口说明', '服务接口须填写地址和接口说明。'],
    en: ['Undescribed interface', 'An api needs its address and a description.'],
  },
  'resource.not-mounted': {
    status: 409,
    article: 'R12.1',
    zh: ['尚未挂接', '该资源还没有挂接数据，请先挂接。'],
    en: ['Not mounted', 'No data is bound to this resource. Mount it first.'],
  },
  'resource.content-for-api': {
    status: 409,
    article: 'R12.1',
    zh: ['服务接口不上传数据', '该资源以服务接口提供，数据经接口获取，无需上传。'],
    en: ['An api has no content', 'This resource is supplied through its interface; nothing is uploaded.'],
  },
  'resource.content-lacks-items': {
    status: 422,
    article: 'R12.1',
    zh: ['缺少信息项', '表中没有目录所列信息项：{items}。请补齐各列后重新上传。'],
    en: ['Items are missing', 'The table has no column for these items of the entry: {items}.'],
  },
  'resource.content-shape': {
    status: 422,
    article: 'R12.1',
    zh: ['数据形式不符', '该资源以“{mode}”方式挂接，上传内容的形式与之不符；库表须有列和行。'],
    en: ['Wrong shape', 'The resource is mounted as {mode} and the upload is not. A table has columns and rows.'],
  },
  'resource.occurred-in-future': {
    status: 422,
    article: 'R26.1',
    zh: ['更新时间有误', '所填更新时间 {occurredAt} 晚于现在，请核对。'],
    en: ['In the future', 'The stated time {occurredAt} lies in the future.'],
  },
  'resource.not-suspended': {
    status: 409,
    article: 'R9.1',
    zh: ['没有暂停供应', '该资源没有暂停供应，无需恢复。'],
    en: ['Not suspended', 'The supply is not suspended; there is nothing to resume.'],
  },
};

export const RESOURCE_PROBLEMS: ProblemRows = { ...COMPILING, ...CHANGING, ...SUPPLYING };
