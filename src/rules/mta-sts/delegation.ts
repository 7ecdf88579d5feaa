import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaSts, policyHost } from '../../topics/mta-sts.ts';

export const covers = ['mtasts-delegation'];

const delegation = rule({
  title: 'Record and policy of MTA-STS are kept by the same hands',
  why: 'Senders fetch a changed policy only when the id in the record changes too. When two parties keep the two parts, one changes without the other, and senders keep refusing or trusting the wrong mail servers.',
  bears: ['interception'],
  cites: [{ rfc: 8461, section: '8.2' }],
  reads: { inbound, mtaSts, policyHost },
  cases: {
    together: { passes: true, says: 'Record and policy host are both your own, or both an alias.' },
    'host-only': {
      passes: true,
      says: (d: { target: Name }) =>
        `The policy is served by \`${d.target}\` while the record is your own. When the policy changes there, change the id in your record as well.`,
    },
    'record-only': {
      severity: 'low',
      says: (d: { target: Name; host: Name }) =>
        `The record is an alias for \`${d.target}\`, but \`${d.host}\` is your own. The id changes there without your policy.`,
      fix: (d: { target: Name; host: Name }) => ({
        stage: 'transport',
        effort: 'provider',
        text: `Ask the operator of \`${d.target}\` for the name that \`${d.host}\` should be an alias for, or publish a record of your own.`,
      }),
    },
  },
  judge({ inbound, mtaSts, policyHost }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    if (!policyHost.announced || policyHost.name === undefined)
      return { is: 'not-applicable', because: 'No valid MTA-STS record announces a policy.' };
    if (!policyHost.found) return { is: 'not-applicable', because: 'The policy host has no address.' };
    const [record, host] = [mtaSts.chain.at(-1), policyHost.chain.at(-1)];
    if (record === undefined && host !== undefined) return { is: 'host-only', data: { target: host } };
    if (record !== undefined && host === undefined)
      return { is: 'record-only', data: { target: record, host: policyHost.name } };
    return { is: 'together' };
  },
});

export default delegation;

const MX = 'example.com MX 10 mail.example.com';
const OWN = '_mta-sts.example.com TXT "v=STSv1; id=1;"';
const ALIAS = `_mta-sts.example.com CNAME example.com._mta-sts.example.net
               example.com._mta-sts.example.net TXT "v=STSv1; id=1;"`;

export const weighs = {
  low: 'Nothing fails until one half changes without the other.',
} satisfies Weights<typeof delegation>;

export const examples = [
  { name: 'both own', zone: `${MX}\n${OWN}\nmta-sts.example.com A 192.0.2.2`, expect: 'together' },
  {
    name: 'both delegated',
    zone: `${MX}\n${ALIAS}\nmta-sts.example.com CNAME sts.example.net\nsts.example.net A 192.0.2.2`,
    expect: 'together',
  },
  {
    name: 'only the host',
    zone: `${MX}\n${OWN}\nmta-sts.example.com CNAME pages.example.net\npages.example.net A 192.0.2.2`,
    expect: 'host-only',
  },
  {
    name: 'only the record',
    zone: `${MX}\n${ALIAS}\nmta-sts.example.com A 192.0.2.2`,
    expect: 'record-only',
  },
  { name: 'no address', zone: `${MX}\n${OWN}`, expect: 'not-applicable' },
  { name: 'no record', zone: MX, expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: `${MX}\n${OWN}\nmta-sts.example.com AAAA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof delegation>;
