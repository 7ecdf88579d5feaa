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
        `Your DMARC policy is \`${d.policy}\`, and neither SPF nor DKIM can prove that mail of yours is yours.`,
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
      reason:
        'Google, Yahoo and Microsoft want a proof of origin, SPF or DKIM, from every sender; your mail can rely on neither.',
    },
    'spf-broken': {
      severity: 'high',
      headline: 'Not reliably. Your list of senders has an error.',
      reason: (d: { dkim: boolean }) =>
        d.dkim
          ? 'The list is your SPF record. Receivers stop at the error; for the mail that it hits, all rests on its signature (DKIM). Bulk senders must pass both.'
          : 'The list is your SPF record. Receivers stop at the error, and no key was found for signatures (DKIM) that could carry the mail it hits.',
    },
    'bulk-refused': {
      severity: 'medium',
      headline: 'Single messages yes, bulk mail no.',
      reason: (d: { lacking: string }) =>
        `From 5,000 messages a day Google and Microsoft want SPF, DKIM and DMARC, and Yahoo wants them of every bulk sender. Missing: ${d.lacking}.`,
    },
    'dkim-unproven': {
      unknown: true,
      headline: 'Probably. Whether your mail is signed cannot be seen from here.',
      reason:
        'Keys for signatures (DKIM) stand under names that only the sender knows, and at the usual ones none was found. Name yours, the `s=` in the DKIM-Signature header of a message you sent, and we will know.',
    },
    ready: {
      passes: true,
      headline: 'Yes, as far as your records tell.',
      reason:
        'What they ask for is there: SPF, DKIM and DMARC, which prove that mail is yours. Content, complaints and the reputation of your addresses are for each receiver to judge.',
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
