import { labelsOf, type Name } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { selectorInWords } from '../../mail/dkim/correction.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { type DanglingSelector, dkim } from '../../topics/dkim.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['dkim-cname-dangling'];

const aliasTarget = rule({
  title: 'Selectors that point elsewhere reach a key',
  why: 'A selector may point by CNAME to the key a service keeps. If nothing is there, every signature under that selector fails.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '3.6.2' },
    { rfc: 6376, section: '6.1.2', level: 'MUST' },
  ],
  reads: { dkim, posture },
  cases: {
    reached: {
      passes: true,
      says: (d: { count: number }) =>
        d.count === 1
          ? 'The one selector found that points elsewhere reaches a key.'
          : `${d.count === 2 ? 'Both' : `All ${d.count}`} selectors found that point elsewhere reach a key.`,
    },
    dead: {
      severity: 'high',
      says: (d: { selectors: string; target: string; service: string }) =>
        `Mail signed under ${d.selectors} fails: the name it points to, \`${d.target}\`, has no key, and no other key of ${d.service} was found.`,
      fix: (d: { service: string }) => ({
        stage: 'mend',
        effort: 'hour',
        text: `Switch on DKIM signing for this domain at ${d.service}; that is when it publishes the key. If the name it shows you differs from yours, enter the one it shows.`,
      }),
    },
    strayed: {
      severity: 'medium',
      says: (d: { selectors: string; target: string; other: string }) =>
        `Mail signed under ${d.selectors} fails: it points to \`${d.target}\`, which has no key, and reads unlike \`${d.other}\`, where another selector of the same service reaches its own. It looks mistyped.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Compare the name with what the service shows you for this selector, and correct it.',
      },
    },
    spare: {
      passes: true,
      says: (d: { selectors: string }) =>
        `The selector ${d.selectors} points to a name without a key, beside another of the same service that has one. Services keep such a spare for their next change of keys.`,
    },
    stale: {
      severity: 'low',
      says: (d: { selectors: string; target: string }) =>
        `The selector ${d.selectors} points to \`${d.target}\`, where there is no key. It looks like a left-over of a service you no longer use.`,
      fix: (d: { dead: readonly DanglingSelector[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Delete the CNAME record if you no longer use that service; otherwise set up DKIM there again.',
        changes: d.dead.map(({ name, alias }) => ({ op: 'delete', name, type: 'CNAME', was: alias })),
      }),
    },
  },
  judge({ dkim, posture }) {
    const aliases = dkim.keys.filter((key) => key.chain.length > 0 && !key.wildcard);
    if (dkim.dangling.length === 0 && aliases.length === 0)
      return { is: 'not-applicable', because: 'No selector found points elsewhere.' };
    if (dkim.dangling.length === 0) return { is: 'reached', data: { count: aliases.length } };
    const served = new Set(
      dkim.keys.flatMap((key) =>
        key.record.state === 'live' && key.provider !== undefined ? [key.provider] : [],
      ),
    );
    const reached = aliases.flatMap((key) => (key.record.state === 'live' ? (key.chain.at(-1) ?? []) : []));
    const kin = (one: DanglingSelector) => reached.filter((name) => zoneOf(name) === zoneOf(one.target));
    const spare = dkim.dangling.filter(
      (one) =>
        (one.provider !== undefined && served.has(one.provider)) ||
        kin(one).some((name) => shapeOf(name) === shapeOf(one.target)),
    );
    const strayed = dkim.dangling.find((one) => !spare.includes(one) && kin(one).length > 0);
    if (strayed && posture.sends)
      return {
        is: 'strayed',
        data: {
          selectors: selectorInWords([strayed]),
          target: strayed.target,
          other: kin(strayed)[0] ?? '',
        },
        shows: [{ name: strayed.name, type: 'CNAME', text: strayed.alias }],
        rests: [dns(strayed.name, 'TXT')],
      };
    const alone = dkim.dangling.filter((one) => !spare.includes(one));
    const dead = posture.sends ? alone.filter((one) => one.how !== 'usual') : [];
    const shows = (list: readonly DanglingSelector[]) =>
      list.slice(0, 4).map(({ name, alias }) => ({ name, type: 'CNAME' as const, text: alias }));
    const [first] = dead;
    if (first)
      return {
        is: 'dead',
        data: {
          selectors: selectorInWords(dead),
          target: first.target,
          service: first.provider ?? 'the service that gave you this name',
        },
        shows: shows(dead),
        rests: dead.map(({ name }) => dns(name, 'TXT')),
      };
    const [stale] = alone;
    if (stale)
      return {
        is: 'stale',
        data: { selectors: selectorInWords(alone), target: stale.target, dead: alone },
        shows: shows(alone),
        rests: alone.map(({ name }) => dns(name, 'TXT')),
      };
    return { is: 'spare', data: { selectors: selectorInWords(spare) } };
  },
});

export default aliasTarget;

/** The last two labels: enough to see that two targets are of one service. */
function zoneOf(name: Name): string {
  return labelsOf(name).slice(-2).join('.');
}

/** Selectors of one service have targets that differ by numbers. */
function shapeOf(name: Name): string {
  return name.replace(/\d+/g, '0');
}

const MICROSOFT = `example.com MX 0 example-com.mail.protection.outlook.com
  example.com TXT "v=spf1 include:spf.protection.outlook.com -all"
  selector1._domainkey.example.com CNAME selector1-example-com._domainkey.example.onmicrosoft.com
  selector2._domainkey.example.com CNAME selector2-example-com._domainkey.example.onmicrosoft.com`;

export const weighs = {
  high: 'Every signature under the selector fails, and the service has no other.',
  medium: 'The service signs with another of its keys until it comes to this one.',
  low: 'It looks abandoned, so no mail depends on it.',
} satisfies Weights<typeof aliasTarget>;

export const examples = [
  {
    name: 'a service that keeps the key',
    zone: `k2._domainkey.example.com CNAME dkim2.mcsv.net
           dkim2.mcsv.net TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'reached',
  },
  { name: 'signing never switched on', zone: MICROSOFT, expect: 'dead' },
  {
    name: 'one of a pair in use',
    zone: `${MICROSOFT}\n selector1-example-com._domainkey.example.onmicrosoft.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'spare',
  },
  {
    name: 'one of three, mistyped',
    zone: `example.com MX 10 mx.example.net
           key1._domainkey.example.com CNAME key1.dkim.example.net
           key2._domainkey.example.com CNAME key2._dkim.example.net
           key1.dkim.example.net TXT "v=DKIM1; p=${RSA_2048}"`,
    selectors: ['key1', 'key2'],
    expect: 'strayed',
  },
  {
    name: 'one of two is not in use yet',
    zone: `example.com MX 10 mx.example.net
           key1._domainkey.example.com CNAME key1.dkim.example.net
           key2._domainkey.example.com CNAME key2.dkim.example.net
           key1.dkim.example.net TXT "v=DKIM1; p=${RSA_2048}"`,
    selectors: ['key1', 'key2'],
    expect: 'spare',
  },
  {
    name: 'a service given up',
    zone: `example.com A 192.0.2.1
           mte1._domainkey.example.com CNAME dkim1.mandrillapp.com`,
    expect: 'stale',
  },
  {
    name: 'no alias',
    zone: `default._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'not-applicable',
  },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof aliasTarget>;
