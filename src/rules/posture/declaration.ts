import { prefixed } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { apexTxt } from '../../topics/apex-txt.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['posture-undeclared'];

const declaration = rule({
  title: 'The domain says whether it uses mail',
  why: 'A domain that says nothing about mail can be used by anybody as a sender. Receivers cannot tell it from a domain whose mail is real.',
  bears: ['impersonation'],
  cites: [
    { rfc: 7208, section: '10.1.2' },
    { rfc: 7505, section: '3' },
    {
      document: 'M3AAWG, protecting parked domains',
      href: 'https://www.m3aawg.org/sites/default/files/document/M3AAWG_Parked_Domains_BCP-2015-12.pdf',
    },
  ],
  reads: { posture, dmarc, apexTxt },
  partial: ['dmarc', 'apexTxt'],
  cases: {
    declared: { passes: true, says: 'The records of the domain tell what it does with mail.' },
    governed: {
      severity: 'info',
      says: (d: { junked: boolean }) =>
        `The domain says nothing about mail itself, but a DMARC policy has mail forged in its name ${d.junked ? 'put into the junk folder' : 'rejected'}.`,
      fix: (d: { junked: boolean; changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: `If the domain uses no mail, say so to receivers that do not ask for DMARC, too: \`v=spf1 -all\` in a TXT record, and \`0 .\` as the only MX record.${d.junked ? ' Then nothing can be lost, and the DMARC policy may be `p=reject`.' : ''}`,
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
    undeclared: {
      severity: 'high',
      says: 'The domain has no MX, no SPF and no DMARC record. Anybody can send mail in its name.',
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'enforce',
        effort: 'minutes',
        text: 'If the domain uses no mail, publish these records, which say so. If it does, publish MX and SPF records that name its servers instead.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
  },
  judge({ posture, dmarc, apexTxt, scope }) {
    if (posture.kind === 'missing') return { is: 'not-applicable', because: 'The domain does not exist.' };
    if (posture.kind !== 'undeclared') return { is: 'declared' };
    if (dmarc.got !== 'whole') return { is: 'unknown', because: dmarc.because };
    const { domain } = scope;
    const alias = apexTxt.got === 'whole' && apexTxt.value.chain.length > 0;
    const closed: Change[] = alias
      ? []
      : [
          { op: 'add', name: domain, type: 'TXT', value: 'v=spf1 -all' },
          { op: 'add', name: domain, type: 'MX', value: '0 .' },
        ];
    const rests = [dns(domain, 'MX'), dns(domain, 'TXT')];
    const stances = [dmarc.value.rfc9989.exact, dmarc.value.rfc7489.exact];
    const policies = stances.map(({ effective }) =>
      effective.rest === undefined ? effective.policy : 'none',
    );
    const junked = policies.includes('quarantine');
    if (policies.every((policy) => policy === 'reject' || policy === 'quarantine'))
      return {
        is: 'governed',
        data: { junked, changes: junked ? [] : closed },
        rests,
      };
    if (stances.some((stance) => stance.stated !== 'not-applied'))
      return {
        is: 'not-applicable',
        because: 'A DMARC record governs the domain; its policy is judged by itself.',
      };
    const record = prefixed('_dmarc', domain);
    const value = 'v=DMARC1; p=reject; sp=reject; np=reject; adkim=s; aspf=s';
    return {
      is: 'undeclared',
      data: {
        changes:
          alias || !record ? closed : [...closed, { op: 'add', name: record, type: 'TXT', value } as const],
      },
      rests: record ? [...rests, dns(record, 'TXT')] : rests,
    };
  },
});

export default declaration;

export const weighs = {
  high: 'Forgeries are delivered, and nothing tells receivers that no mail is real.',
} satisfies Weights<typeof declaration>;

export const examples = [
  {
    name: 'no mail, said plainly',
    zone: 'example.com MX 0 .\nexample.com TXT "v=spf1 -all"\n_dmarc.example.com TXT "v=DMARC1; p=reject"',
    expect: 'declared',
  },
  { name: 'a mail domain', zone: 'example.com MX 10 mail.example.com', expect: 'declared' },
  { name: 'a web site only', zone: 'example.com A 45.0.0.1', expect: 'undeclared' },
  {
    name: 'a web site below a domain that rejects',
    domain: 'www.example.com',
    zone: 'www.example.com A 45.0.0.1\n_dmarc.example.com TXT "v=DMARC1; p=reject"',
    expect: 'governed',
  },
  {
    name: 'a web site whose registrar set a policy',
    zone: 'example.com A 45.0.0.1\n_dmarc.example.com TXT "v=DMARC1; p=quarantine"',
    expect: 'governed',
  },
  {
    name: 'a web site below a domain that only watches',
    domain: 'www.example.com',
    zone: 'www.example.com A 45.0.0.1\n_dmarc.example.com TXT "v=DMARC1; p=none"',
    expect: 'not-applicable',
  },
  { name: 'no domain', zone: 'example.net A 45.0.0.1', expect: 'not-applicable' },
  {
    name: 'not answered',
    zone: 'example.com A 45.0.0.1\n_dmarc.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof declaration>;
