import { describe, it } from 'vitest';
import { reactionRefusal } from '../../src/domain/reaction-refusal.ts';
import { specOf } from '../support/decider-spec.ts';

const { given } = specOf(reactionRefusal);
const data = { reaction: 'grant-on-reply', cause: 'e-1', code: 'grant.no-agreeing-reply', detail: '{}' };

describe('a reaction that a rule refused (decision 8)', () => {
  it('is recorded, and once', () => {
    given([])
      .when({ type: 'RecordReactionRefusal', data })
      .then([{ type: 'ReactionRefused', data }]);
    given([{ type: 'ReactionRefused', data }]).when({ type: 'RecordReactionRefusal', data: { ...data, cause: 'e-2' } }).then([]); // prettier-ignore
  });
});
