import { headline } from '../engine/rule.ts';
import { posture } from '../topics/posture.ts';

const submission = headline({
  asks: 'Are your sending ports right?',
  reads: { posture },
  cases: {
    'no-mail': {
      passes: true,
      headline: 'There are none to check.',
      reason: 'The domain neither sends nor receives mail.',
    },
    untested: {
      unknown: true,
      headline: 'Not tested: this needs a relay.',
      reason:
        'A browser cannot open ports 465, 587 or 2525 itself, and no relay is connected. Use 465 with TLS from the first byte, or 587 with STARTTLS required; both ask for the password only after TLS.',
    },
  },
  judge({ posture }) {
    if (!posture.sends && !posture.receives) return { is: 'no-mail' };
    return { is: 'untested' };
  },
});

export default submission;
