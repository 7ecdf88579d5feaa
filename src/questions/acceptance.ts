import { headline } from '../engine/rule.ts';
import { dnssec } from '../topics/dnssec.ts';
import { lacking, senderRequirements } from '../topics/sender-requirements.ts';

const acceptance = headline({
  asks: 'Will the large receivers accept your mail?',
  reads: { demands: senderRequirements, dnssec },
  partial: ['demands', 'dnssec'],
  cases: {
    'no-mail': {
      passes: true,
      headline: 'The domain sends none.',
      reason: 'Nothing it publishes lets anybody send as it, so there is no mail to accept.',
    },
    'own-mail-lost': {
      severity: 'critical',
      headline: 'No. Your own policy turns mail of yours away.',
      reason: (d: { policy: string }) =>
        `DMARC says \`${d.policy}\`, and your mail can rely on neither SPF nor DKIM.`,
    },
    unreachable: {
      severity: 'critical',
      headline: 'No. Many receivers cannot look your domain up.',
      reason:
        'Your DNS signatures do not verify. Receivers that check them find neither your SPF record nor your keys, and turn your mail away or put it off.',
    },
    unauthenticated: {
      severity: 'high',
      headline: 'No. Your mail cannot be told from forged mail.',
      reason: 'Google, Yahoo and Microsoft want SPF or DKIM from every sender; yours can rely on neither.',
    },
    'spf-broken': {
      severity: 'high',
      headline: 'Not reliably. SPF ends in an error.',
      reason: (d: { dkim: boolean }) =>
        d.dkim
          ? 'Receivers stop at an error in your SPF record; for the mail that it hits, all rests on DKIM. Bulk senders must pass both.'
          : 'Receivers stop at an error in your SPF record, and no DKIM key was found that could carry the mail that it hits.',
    },
    'bulk-refused': {
      severity: 'medium',
      headline: 'Single messages yes, bulk mail no.',
      reason: (d: { lacking: string }) =>
        `From 5,000 messages a day Google and Microsoft want SPF, DKIM and DMARC, and Yahoo wants them of every bulk sender. Missing: ${d.lacking}.`,
    },
    'dkim-unproven': {
      unknown: true,
      headline: 'Probably. DKIM cannot be proved from DNS.',
      reason:
        'No key stands at the usual selectors, which does not mean there is none. Name the selector of a message you sent (the `s=` in its DKIM-Signature header), and we will know.',
    },
    ready: {
      passes: true,
      headline: 'Yes, as far as DNS can tell.',
      reason:
        'SPF, DKIM and DMARC are all there. Content, complaints and the reputation of your addresses are for each receiver to judge.',
    },
  },
  judge({ demands: reading, dnssec }) {
    if (dnssec.got === 'whole' && dnssec.value.bogus) return { is: 'unreachable' };
    if (reading.got !== 'whole') return { is: 'unknown', because: reading.because };
    const demands = reading.value;
    if (!demands.sends) return { is: 'no-mail' };
    const { spf, dkim, policy } = demands;
    if (spf !== 'usable' && dkim === 'missing')
      return policy === 'reject' || policy === 'quarantine'
        ? { is: 'own-mail-lost', data: { policy } }
        : { is: 'unauthenticated' };
    if (spf === 'broken') return { is: 'spf-broken', data: { dkim: dkim === 'usable' } };
    const missing = lacking(demands);
    if (missing.length > 0) return { is: 'bulk-refused', data: { lacking: missing.join(' and ') } };
    return dkim === 'unproven' ? { is: 'dkim-unproven' } : { is: 'ready' };
  },
});

export default acceptance;
