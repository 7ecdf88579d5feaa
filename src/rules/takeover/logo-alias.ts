import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import {
  type AliasReference,
  bimiTarget,
  type Gone,
  gravest,
  restsOf,
  takers,
} from '../../topics/takeover.ts';

export const covers = ['take-bimi'];

const logoAlias = rule({
  title: 'An alias at `default._bimi` leads to a name that belongs to somebody',
  why: 'Whoever holds the name behind it chooses the picture that mail programs show beside your mail.',
  bears: ['impersonation'],
  cites: [{ rfc: 1034, section: '3.6.2' }],
  reads: { bimiTarget },
  partial: ['bimiTarget'],
  cases: {
    held: { passes: true, says: 'The name that `default._bimi` leads to stands in a domain that exists.' },
    takeable: {
      severity: 'low',
      says: (d: { gone: Gone<AliasReference> }) =>
        `\`${d.gone.from.name}\` leads to \`${d.gone.name}\`, which is gone. ${takers(d.gone)}`,
      fix: (d: { gone: Gone<AliasReference> }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Delete the CNAME record.',
        changes: [{ op: 'delete', name: d.gone.from.name, type: 'CNAME', was: d.gone.from.alias }],
      }),
    },
  },
  judge({ bimiTarget }) {
    if (bimiTarget.got === 'none') return { is: 'unknown', because: bimiTarget.because };
    const gone = gravest(bimiTarget.value);
    if (gone && (gone.standing === 'unregistered' || gone.standing === 'claimable'))
      return {
        is: 'takeable',
        data: { gone },
        shows: [{ name: gone.from.name, type: 'CNAME' as const, text: gone.from.alias }],
        rests: restsOf(bimiTarget.value),
      };
    if (bimiTarget.got === 'part') return { is: 'unknown', because: bimiTarget.because };
    return bimiTarget.value.count === 0
      ? { is: 'not-applicable', because: '`default._bimi` is no alias.' }
      : { is: 'held' };
  },
});

export default logoAlias;

export const weighs = {
  low: 'Somebody could change a picture; mail is untouched.',
} satisfies Weights<typeof logoAlias>;

export const examples = [
  {
    name: 'a service that publishes the record',
    zone: `default._bimi.example.com CNAME bimi.vendor.example
           bimi.vendor.example TXT "v=BIMI1; l=https://vendor.example/l.svg"`,
    expect: 'held',
  },
  {
    name: 'the service gave its domain up',
    zone: 'example.com A 45.0.0.80\ndefault._bimi.example.com CNAME bimi.lapsed-logos.com',
    expect: 'takeable',
  },
  {
    name: 'a record',
    zone: 'default._bimi.example.com TXT "v=BIMI1; l=https://example.com/l.svg"',
    expect: 'not-applicable',
  },
  { name: 'not answered', zone: 'default._bimi.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof logoAlias>;
