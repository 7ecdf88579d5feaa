import { headline } from '../engine/rule.ts';
import { mtaSts } from '../topics/mta-sts.ts';
import { mx } from '../topics/mx.ts';
import { posture } from '../topics/posture.ts';

const interception = headline({
  asks: 'Is mail on its way to you protected?',
  reads: { posture, mx, mtaSts },
  partial: ['posture', 'mtaSts'],
  cases: {
    'no-mail': {
      passes: true,
      headline: 'No mail is on its way here.',
      reason: 'The domain does not receive mail, so there is nothing to intercept.',
    },
    'nothing-binding': {
      severity: 'medium',
      headline: 'Not against someone who interferes.',
      reason:
        'Nothing tells senders to insist on encryption: there is no MTA-STS policy, and the answers that name your mail servers are not signed, which DANE would need. How your servers encrypt was not tested, because no relay is connected.',
    },
    announced: {
      unknown: true,
      headline: 'It is asked for. Whether it works was not tested.',
      reason: (d: { by: string }) =>
        `${d.by} Whether your mail servers keep to it can only be seen by connecting to them, and no relay is connected.`,
    },
  },
  judge({ posture, mx, mtaSts }) {
    const nullOnly = mx.hasNull && mx.hosts.length === 1;
    if (nullOnly || (posture.got === 'whole' && !posture.value.receives)) return { is: 'no-mail' };
    if (posture.got !== 'whole') return { is: 'unknown', because: posture.because };
    if (mtaSts.got !== 'whole') return { is: 'unknown', because: mtaSts.because };
    if (mtaSts.value.usable) return { is: 'announced', data: { by: 'An MTA-STS policy is announced.' } };
    if (mx.authentic)
      return {
        is: 'announced',
        data: { by: 'The answers that name your mail servers are signed, so DANE is possible.' },
      };
    return { is: 'nothing-binding' };
  },
});

export default interception;
