import { headline } from '../engine/rule.ts';
import { dkim } from '../topics/dkim.ts';
import { dmarc } from '../topics/dmarc.ts';
import { posture } from '../topics/posture.ts';
import { spf } from '../topics/spf.ts';

const acceptance = headline({
  asks: 'Will the large receivers accept your mail?',
  reads: { posture, spf, dkim, dmarc },
  partial: ['dkim'],
  cases: {
    'no-mail': {
      passes: true,
      headline: 'The domain sends none.',
      reason: 'Nothing it publishes lets anybody send as it, so there is no mail to accept.',
    },
    'own-mail-lost': {
      severity: 'critical',
      headline: 'No. Your own policy turns your mail away.',
      reason: (d: { policy: string }) =>
        `DMARC says \`${d.policy}\`, but neither SPF nor DKIM can pass for your mail.`,
    },
    unauthenticated: {
      severity: 'high',
      headline: 'No. Your mail cannot be told from forged mail.',
      reason: 'Google, Yahoo and Microsoft want SPF or DKIM from every sender; neither is usable here.',
    },
    'spf-broken': {
      severity: 'high',
      headline: 'Not reliably. SPF fails for all your mail.',
      reason: (d: { dkim: boolean }) =>
        d.dkim
          ? 'Receivers cannot evaluate your SPF record, so everything rests on DKIM. Bulk senders must pass both.'
          : 'Receivers cannot evaluate your SPF record, and no DKIM key is known that could stand in for it.',
    },
    'bulk-refused': {
      severity: 'medium',
      headline: 'Single messages yes, bulk mail no.',
      reason: (d: { lacking: string }) =>
        `From 5,000 messages a day Google, Yahoo and Microsoft want SPF, DKIM and DMARC. Missing: ${d.lacking}.`,
    },
    'dkim-unproven': {
      unknown: true,
      headline: 'Probably. DKIM cannot be proved from DNS.',
      reason:
        'No key stands at the usual selectors, which does not mean there is none. Add the selector of a message you sent (the `s=` in its DKIM-Signature header), and we will know.',
    },
    ready: {
      passes: true,
      headline: 'Yes, as far as DNS can tell.',
      reason:
        'SPF, DKIM and DMARC are all there. Content, complaints and the reputation of your addresses are judged by each receiver.',
    },
  },
  judge({ posture, spf, dkim, dmarc }) {
    if (!posture.sends && posture.kind !== 'sends-and-receives') return { is: 'no-mail' };
    const spfBroken = spf.stranger.v4 === 'permerror' || spf.candidates.length > 1;
    const spfUsable = spf.candidates.length === 1 && !spfBroken;
    const keys = dkim.got === 'none' ? 0 : dkim.value.live;
    const noKeys = dkim.got === 'whole' && keys === 0 && dkim.value.absence === 'proven';
    const keysUnseen = keys === 0 && !noKeys;
    const policy = dmarc.rfc9989.exact.effective.policy;
    const governed = policy !== 'not-applied' || dmarc.rfc7489.exact.effective.policy !== 'not-applied';
    if (keysUnseen && dkim.got !== 'whole' && dkim.because.reason !== 'not-provable')
      return { is: 'unknown', because: dkim.because };
    if (!spfUsable && noKeys && (policy === 'reject' || policy === 'quarantine'))
      return { is: 'own-mail-lost', data: { policy } };
    if (!spfUsable && noKeys) return { is: 'unauthenticated' };
    if (spfBroken) return { is: 'spf-broken', data: { dkim: keys > 0 } };
    const lacking = [
      ...(spfUsable ? [] : ['SPF']),
      ...(noKeys ? ['DKIM'] : []),
      ...(governed ? [] : ['DMARC']),
    ];
    if (lacking.length > 0) return { is: 'bulk-refused', data: { lacking: lacking.join(' and ') } };
    return keysUnseen ? { is: 'dkim-unproven' } : { is: 'ready' };
  },
});

export default acceptance;
