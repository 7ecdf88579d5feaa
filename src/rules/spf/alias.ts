import { isWithin } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { apexTxt } from '../../topics/apex-txt.ts';
import { nothingToJudge, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-cname-follow'];

const alias = rule({
  title: 'The SPF record of the domain is its own',
  why: 'A name that is an alias shows the SPF record of the name it leads to. Whoever runs that name decides who may send as yours.',
  bears: ['impersonation'],
  cites: [
    { rfc: 1034, section: '3.6.2' },
    { rfc: 7208, section: '4.4' },
  ],
  reads: { spf: spfText, txt: apexTxt },
  cases: {
    own: { passes: true, says: 'The record stands at the domain itself.' },
    'cname-follow': {
      passes: true,
      says: (d: { target: string }) =>
        `The domain is an alias of \`${d.target}\`, and the SPF record is the one found there.`,
    },
    'cname-foreign': {
      severity: 'medium',
      says: (d: { target: string }) =>
        `The domain is an alias of \`${d.target}\`, which is not yours, and the servers listed there may send as your domain.`,
      fix: {
        stage: 'authenticate',
        effort: 'hour',
        text: 'Replace the alias by records of your own: the addresses it leads to, and an SPF record that lists your senders, or `v=spf1 -all` if the name sends no mail.',
      },
    },
  },
  judge({ spf, txt, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    const target = txt.chain.at(-1);
    if (target === undefined) return { is: 'own' };
    const shows = shown(target, record.text);
    const [parent = scope.domain] = scope.parents;
    if (
      isWithin(target, scope.domain) ||
      (scope.parents.length > 1 && isWithin(target, parent)) ||
      !spf.sends
    )
      return { is: 'cname-follow', data: { target }, shows };
    return { is: 'cname-foreign', data: { target }, shows };
  },
});

export default alias;

export const weighs = {
  medium: 'Whoever runs the other name chooses who may send; so far it is somebody the owner chose.',
} satisfies Weights<typeof alias>;

export const examples = [
  { name: 'own record', zone: 'example.com TXT "v=spf1 -all"', expect: 'own' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'an alias within the organization',
    domain: 'news.example.com',
    zone: `news.example.com CNAME mail.example.com
           mail.example.com TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'cname-follow',
  },
  {
    name: 'an alias of a name that sends nothing',
    domain: 'www.example.com',
    zone: `www.example.com CNAME host.example.net
           host.example.net TXT "v=spf1 -all"`,
    expect: 'cname-follow',
  },
  {
    name: 'an alias of a foreign sender',
    domain: 'news.example.com',
    zone: `news.example.com CNAME host.example.net
           host.example.net TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'cname-foreign',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof alias>;
