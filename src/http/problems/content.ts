import type { ProblemRows } from '../problem-row.ts';

/** Uploading and reading the data of a file or table mount (R12.1). */
export const CONTENT_PROBLEMS: ProblemRows = {
  'content.bad-range': {
    status: 400,
    article: 'R12.1',
    zh: ['Content-Range 格式错误', '应为 bytes 起-止/总长，如 bytes 0-1023/4096。'],
    en: ['Malformed Content-Range', 'Use bytes start-end/total, such as bytes 0-1023/4096.'],
  },
  'content.chunk-length': {
    status: 400,
    article: 'R12.1',
    zh: ['分块长度不符', '收到的字节数与 Content-Range 不符，请从第 {next} 字节重新上传。'],
    en: ['Wrong chunk length', 'The bytes received are not those of Content-Range. Go on from byte {next}.'],
  },
  'content.chunk-out-of-order': {
    status: 409,
    article: 'R12.1',
    zh: ['分块次序不符', '已收到前面的内容，请从第 {next} 字节继续上传。'],
    en: ['Chunk out of order', 'Go on from byte {next}.'],
  },
  'content.upload-busy': {
    status: 409,
    article: 'R12.1',
    zh: ['正在上传', '同一内容正在上传，请等它完成后再试。'],
    en: ['Upload is busy', 'This content is being uploaded. Wait until it is done.'],
  },
  'content.chunk-too-large': {
    status: 413,
    article: 'R12.1',
    zh: ['分块过大', '每块最大 {limit} 字节，请分成更小的块。'],
    en: ['Chunk is too large', 'A chunk holds at most {limit} bytes.'],
  },
  'content.too-large': {
    status: 413,
    article: 'R12.1',
    zh: ['内容过大', '总长最大 {limit} 字节，更大的数据请改用服务接口或分为多个资源。'],
    en: ['Content is too large', 'At most {limit} bytes in all. Share more through an api, or as several resources.'],
  },
  'content.csv-broken': {
    status: 422,
    article: 'R12.1',
    zh: ['库表内容有误', '库表应为带表头的 UTF-8 CSV，第 {line} 行无法读取，请改正后重新上传。'],
    en: ['Broken CSV', 'A table is UTF-8 CSV with a header; line {line} cannot be read. Mend it and upload it again.'],
  },
  'content.range-not-satisfiable': {
    status: 416,
    article: 'R14.3',
    zh: ['范围超出内容', '内容共 {size} 字节，请重新指定 Range。'],
    en: ['Range not satisfiable', 'The content has {size} bytes. Ask for a range within them.'],
  },
};
