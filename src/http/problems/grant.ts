import type { ProblemRows } from '../problem-row.ts';

const GRANTS: ProblemRows = {
  'grant.exists': {
    status: 409,
    article: 'R11.2',
    zh: ['授权已登记', '该授权已经登记，请直接查看。'],
    en: ['Grant exists', 'This grant is registered already. Read it instead.'],
  },
  'grant.abandoned': {
    status: 409,
    article: 'R11.2',
    zh: ['登记已放弃', '该授权的登记未完成，已被放弃，请重新登记。'],
    en: ['Registration abandoned', 'The registration of this grant was never completed. Register it again.'],
  },
  'grant.needs-account': {
    status: 403,
    article: 'R11.2',
    zh: ['须由部门登记', '授权只能由部门的账号登记。'],
    en: ['A department registers', 'A grant is registered by an account of a department.'],
  },
  'grant.resource-not-published': {
    status: 422,
    article: 'R11.2',
    zh: ['资源不在目录中', '资源 {resource} 未发布或已撤销，请在目录中重新选择。'],
    en: ['Not in the catalog', 'The resource {resource} is not published, or not any more. Choose another from the catalog.'],
  },
  'grant.own-resource': {
    status: 422,
    article: 'R11.2',
    zh: ['本单位的资源', '该资源由本单位提供，无须登记。'],
    en: ['Own resource', 'Your own organization provides this resource; there is nothing to register.'],
  },
  'grant.supply-suspended': {
    status: 409,
    article: 'R9.1',
    zh: ['资源已暂停供应', '该资源因安全原因暂停供应，请在恢复后再登记。'],
    en: ['Supply is suspended', 'The supply is suspended for security. Register again once it is resumed.'],
  },
  'grant.items-not-unconditional': {
    status: 422,
    article: 'R11.2',
    zh: ['信息项不能直接获取', '请至少选择一项；以下信息项不是无条件共享或重复，请另行申请：{items}。'],
    en: ['Not unconditional', 'Name one item at least. Not unconditional, or named twice: {items}. Apply for these instead.'],
  },
  'grant.no-agreeing-reply': {
    status: 409,
    article: 'R14.3',
    zh: ['没有同意的答复', '申请 {application} 尚无同意的答复，不能发放授权。'],
    en: ['No agreeing reply', 'The application {application} has no reply that agrees.'],
  },
  'grant.revoked': {
    status: 409,
    article: 'R14.3',
    zh: ['授权已撤销', '已撤销的授权不能暂停或恢复，需要时请重新申请。'],
    en: ['Grant is revoked', 'A revoked grant is neither suspended nor resumed. Apply again where it is needed.'],
  },
};

const ACCESSES: ProblemRows = {
  'access.needs-account': {
    status: 403,
    article: 'R24.1',
    zh: ['须实名访问', '数据只能由实名账号访问。'],
    en: ['A real person reads', 'Data is read by a real-name account.'],
  },
  'access.no-such-grant': {
    status: 404,
    article: 'R14.3',
    zh: ['没有这项授权', '没有该授权，或者您无权查看。'],
    en: ['No such grant', 'There is no such grant, or you may not see it.'],
  },
  'access.not-its-user': {
    status: 403,
    article: 'R14.3',
    zh: ['不是使用部门', '该授权属于其他部门，不能用于本单位访问。'],
    en: ['Not its user', 'This grant is held by another department.'],
  },
  'access.assurance-too-low': {
    status: 403,
    article: 'R24.1',
    zh: ['实名等级不足', '访问数据须为高等级实名认证，您现为“{assurance}”，请先完成认证。'],
    en: ['Assurance is too low', 'Data is read at the assurance level high; yours is {assurance}.'],
  },
  'access.grant-not-live': {
    status: 409,
    article: 'R14.3',
    zh: ['授权不在有效状态', '该授权当前为“{status}”，不能访问数据。'],
    en: ['Grant is not live', 'The grant is {status}; no data is read through it.'],
  },
  'access.items-beyond-grant': {
    status: 422,
    article: 'R14.3',
    zh: ['超出授权范围', '以下信息项不在授权之内：{items}。'],
    en: ['Beyond the grant', 'The grant does not hold these items: {items}.'],
  },
  'access.file-beyond-grant': {
    status: 422,
    article: 'R11.3',
    zh: ['文件超出授权范围', '文件只能整体提供，以下信息项不在授权之内：{items}。请申请全部信息项，或请提供部门改以库表提供。'],
    en: [
      'File beyond the grant',
      'A file is given as a whole, and the grant lacks these items: {items}. Apply for all of them, or ask for a table.',
    ],
  },
  'access.file-beyond-rows': {
    status: 422,
    article: 'R14.3',
    zh: ['文件超出授权的行', '文件只能整体提供，而授权对以下信息项限定了行：{items}。请提供部门改以库表提供。'],
    en: [
      'File beyond the granted rows',
      'A file is given as a whole, and the grant is of some rows only, by conditions on {items}. Ask for a table.',
    ],
  },
  'access.file-unmasked': {
    status: 422,
    article: 'R23.1',
    zh: ['文件含须脱敏的信息项', '文件只能整体提供，而以下信息项只能脱敏后提供：{items}。请提供部门改以库表提供。'],
    en: [
      'File shows what is masked',
      'A file is given as a whole, and these items are shown masked only: {items}. Ask for a table.',
    ],
  },
  'access.file-withheld': {
    status: 422,
    article: 'R11.4',
    zh: [
      '文件含不予共享的信息项',
      '文件只能整体提供，而以下信息项不予共享：{items}。请提供部门将其移出该目录条目，或改以库表提供。',
    ],
    en: [
      'File holds what is not shared',
      'A file is given as a whole, and these items are not shared: {items}. Ask the provider to take them out of the entry, or for a table.',
    ],
  },
  'access.items-withdrawn': {
    status: 422,
    article: 'R11.4',
    zh: [
      '信息项已不再共享',
      '以下信息项授权后已删除、改为不予共享，或改为有条件共享而该授权未经申请：{items}。仍在共享的，请提出申请。',
    ],
    en: [
      'Items are shared no more',
      'Since the grant these items were removed, withheld, or made conditional without a reply that gives them: {items}. Apply for what is still shared.',
    ],
  },
  'access.report-too-large': {
    status: 422,
    article: 'R24.2',
    zh: ['上报批次过大', '一批记录合计不得超过 {most} 字节，请分批上报。'],
    en: ['The report is too large', 'The records of one report hold {most} bytes at most. Report them in several batches.'],
  },
  'access.filter-beyond-grant': {
    status: 422,
    article: 'R14.3',
    zh: ['筛选超出授权范围', '只能按授权的信息项筛选，“{item}”不在其中。'],
    en: ['Filter beyond the grant', 'Filters name granted items; {item} is none of them.'],
  },
  'access.filter-on-masked': {
    status: 422,
    article: 'R23.1',
    zh: ['不能按脱敏项筛选', '“{item}”以脱敏形式提供，不能按它筛选，请改用其他信息项。'],
    en: ['Filter on a masked item', '{item} is shown masked and cannot be filtered by. Use another item.'],
  },
  'access.no-content': {
    status: 409,
    article: 'R12.1',
    zh: ['没有可提供的数据', '提供部门尚未挂接或上传该资源的数据，请与提供部门联系。'],
    en: ['No content', 'The provider has not mounted or uploaded the data yet. Ask the provider.'],
  },
  'access.resource-withdrawn': {
    status: 409,
    article: 'R9.2',
    zh: ['资源已撤销', '该资源已从目录撤销，不再提供数据。'],
    en: ['Resource is withdrawn', 'The resource left the catalog and supplies no data.'],
  },
  'access.entry-changed': {
    status: 409,
    article: 'R14.3',
    zh: ['目录条目刚刚变更', '该资源的变更刚刚生效，现为第 {version} 版，请重新访问。'],
    en: ['The entry has just changed', 'A change of the entry took effect meanwhile; it is version {version} now. Read again.'],
  },
  'access.supply-suspended': {
    status: 409,
    article: 'R9.1',
    zh: ['资源已暂停供应', '该资源因安全原因暂停供应，请在恢复后再访问。'],
    en: ['Supply is suspended', 'The supply is suspended for security. Read again once it is resumed.'],
  },
  'access.exists': {
    status: 409,
    article: 'R24.2',
    zh: ['访问已记录', '这次访问已经记录，请以新的请求再访问。'],
    en: ['Access exists', 'This access is recorded already. Read again with a new request.'],
  },
  'access.not-started': {
    status: 409,
    article: 'R24.2',
    zh: ['访问尚未开始', '没有开始记录的访问不能结束。'],
    en: ['Access has not started', 'What was never recorded as started cannot end.'],
  },
  'access.record-without-grant': {
    status: 422,
    article: 'R24.2',
    zh: ['没有对应的授权', '{path} 所列授权不在账本中，或不属于本平台，请核对后整批重报。'],
    en: [
      'No such grant',
      "The grant of {path} is not in the ledger or not of the gateway's platform. Mend it and report the batch again.",
    ],
  },
  'access.record-without-user': {
    status: 422,
    article: 'R24.1',
    zh: ['没有使用人', '{path} 须写明使用的人员或信息系统。'],
    en: ['Nobody is named', '{path} names neither a person nor a system.'],
  },
  'access.record-in-future': {
    status: 422,
    article: 'R24.2',
    zh: ['访问时间有误', '{path} 的时间晚于现在，请核对。'],
    en: ['In the future', 'The instant of {path} lies in the future.'],
  },
};

export const GRANT_PROBLEMS: ProblemRows = { ...GRANTS, ...ACCESSES };
