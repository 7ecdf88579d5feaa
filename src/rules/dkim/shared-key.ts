import { type Examples, rule } from '../../engine/rule.ts';
import { selectorInWords } from '../../mail/dkim/correction.ts';
import { RSA_1024, RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim } from '../../topics/dkim.ts';

export const covers = ['dkim-shared-key'];

const sharedKey = rule({
  title: 'Every key is the domain’s own',
  why: 'Some services once gave all their customers one key. Whoever gets hold of its private half signs as every one of them, and it cannot be changed for you alone.',
  bears: ['impersonation'],
  cites: [{ rfc: 6376, section: '8.1' }],
  reads: { dkim },
  cases: {
    own: { passes: true, says: 'No key found is known to be shared with other domains.' },
    repeated: {
      passes: true,
      says: (d: { selectors: string }) =>
        `The same key stands under ${d.selectors}. For a change of keys it has to be another one each time.`,
    },
    service: {
      passes: true,
      says: (d: { selectors: string; service: string }) =>
        `The key under ${d.selectors} is the one that ${d.service} used to give to all its customers. Set your domain up anew there: today it gives each customer CNAME records, and changes the keys behind them.`,
    },
  },
  judge({ dkim }) {
    const live = dkim.keys.filter((key) => key.record.state === 'live' && !key.wildcard);
    if (live.length === 0) return { is: 'not-applicable', because: 'No usable DKIM key was found to judge.' };
    const old = live.filter((key) => key.chain.length === 0 && key.selector in SHARED);
    const service = SHARED[old[0]?.selector ?? ''];
    if (service !== undefined) return { is: 'service', data: { selectors: selectorInWords(old), service } };
    // Names that one alias leads to have one key by nature.
    const own = live.filter((key) => key.chain.length === 0);
    const twice = own.filter((key) =>
      own.some((other) => other !== key && other.record.base64 === key.record.base64),
    );
    return twice.length > 0 ? { is: 'repeated', data: { selectors: selectorInWords(twice) } } : { is: 'own' };
  },
});

export default sharedKey;

/** Selectors under which a service had all its customers publish the same text. */
const SHARED: Readonly<Record<string, string>> = {
  mandrill: 'Mandrill (Mailchimp Transactional)',
  smtpapi: 'SendGrid',
};

const SPF =
  'example.com TXT "v=spf1 include:spf.mandrillapp.com -all"\nspf.mandrillapp.com TXT "v=spf1 ip4:192.0.2.0/24 -all"';

export const examples = [
  {
    name: 'a key of its own',
    zone: `${SPF}\ngoogle._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'own',
  },
  {
    name: 'the key that Mandrill gave to everybody',
    zone: `${SPF}\nmandrill._domainkey.example.com TXT "v=DKIM1; k=rsa; p=${RSA_1024}"`,
    expect: 'service',
  },
  {
    name: 'one key under two selectors',
    zone: `${SPF}
      google._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"
      default._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'repeated',
  },
  { name: 'no key', zone: SPF, expect: 'not-applicable' },
  { name: 'not answered', zone: 'default._domainkey.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof sharedKey>;
