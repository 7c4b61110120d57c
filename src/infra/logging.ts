import pino, { type Logger } from 'pino';
import type { Config } from './config.ts';

/** Structured logs on standard output. What could carry a secret or a person is cut out, wherever it turns up. */
export const createLogger = (level: Config['logLevel']): Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'authorization',
        'password',
        '*.authorization',
        '*.password',
        'req.headers',
        'headers',
        'body',
        'name',
        'login',
        'phone',
      ],
      remove: true,
    },
  });
