import type { FastifyRequest } from 'fastify';
import { pipeline, Transform, type Readable } from 'node:stream';
import { DomainError } from '../../domain/domain-error.ts';
import type { AccessOutcome } from '../../domain/events/grant.ts';
import type { CatalogDocument } from '../../projections/catalog-document.ts';
import type { ContentPort } from '../deps.ts';

const RANGE = /^bytes=(\d{0,12})-(\d{0,12})$/;

/** First and last byte of one range; the whole file without one. Throws 416 for a range outside the file. */
const rangeOf = (header: string | undefined, size: number): { start: number; end: number; partial: boolean } => {
  const [, from, to] = RANGE.exec(header ?? '') ?? [];
  const isRange = from !== undefined && to !== undefined && from + to !== '';
  // One that ends before it begins is no range at all (RFC 9110 §14.1.1).
  if (!isRange || (from !== '' && to !== '' && Number(from) > Number(to))) return { start: 0, end: size - 1, partial: false };
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start > last) throw new DomainError('content.range-not-satisfiable', { size });
  return { start, end: last, partial: true };
};

/** A name in a header: RFC 8187 §3.2.1, which takes fewer characters than `encodeURIComponent` leaves. */
const headerText = (text: string): string =>
  encodeURIComponent(text).replaceAll(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** What goes out, once everything about it is known. */
export type DataAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | Readable;
};

/**
 * An uploaded file or a range of it, as it is; under `If-Range` the range only while the file is the one it was (RFC 9110
 * §13.1.5), or a download resumed over a new content would be a mixture. `onEnd` hears how many bytes went out.
 */
export const openFile = async (
  contents: ContentPort,
  request: FastifyRequest,
  { mount, content }: CatalogDocument,
  onEnd: (sent: number, outcome: AccessOutcome) => void,
): Promise<DataAnswer> => {
  const sha256 = content?.sha256 ?? '';
  const etag = `"${sha256}"`;
  const size = await contents.size(sha256);
  const condition = request.headers['if-range'];
  const isSame = condition === undefined || condition === etag;
  const { start, end: last, partial } = rangeOf(isSame ? request.headers.range : undefined, size);
  const described = mount?.mount.mode === 'file' ? mount.mount : { fileName: 'data', mediaType: 'application/octet-stream' };
  let sent = 0;
  const payload = new Transform({
    transform: (part: Buffer, _encoding, next) => {
      sent += part.length;
      next(null, part);
    },
  });
  pipeline(contents.open(sha256, start, last), payload, (error) => {
    onEnd(sent, error instanceof Error ? 'aborted' : 'completed');
  });
  const headers = {
    'accept-ranges': 'bytes',
    etag,
    'content-type': described.mediaType,
    'content-length': String(last - start + 1),
    'content-disposition': `attachment; filename*=UTF-8''${headerText(described.fileName)}`,
    ...(partial ? { 'content-range': `bytes ${String(start)}-${String(last)}/${String(size)}` } : {}),
  };
  return { status: partial ? 206 : 200, headers, payload };
};
