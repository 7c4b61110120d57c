import { describe, expect, it } from 'vitest';
import { securityHeaders } from '../../src/http/security-headers.ts';

describe('security headers', () => {
  it('let nothing of the API be shown, framed, guessed at or kept', () => {
    expect(securityHeaders('/api/v1/session')).toEqual({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
    });
  });

  it('let a page load only its own scripts', () => {
    const policy = securityHeaders('/docs')['content-security-policy'];
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('upgrade-insecure-requests');
  });
});
