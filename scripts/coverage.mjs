/*
 * Writes docs/coverage.md: every row of ../shared/rulebook.md with the rules that carry it, or why none does. A rule
 * names its rows itself (`export const covers`), so that what it says dies with it; what stands here are only the
 * rows without a rule. `--check` writes nothing and fails where a row is missing, named twice over or unknown, or
 * where the page is out of date.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const ROOT = new URL('..', import.meta.url);
const BOOK = new URL('../shared/rulebook.md', ROOT);
const PAGE = new URL('docs/coverage.md', ROOT);

/** Why a row has no rule. Only rows that are `open` could have one and count against the share. */
const REASONS = {
  unfetched: 'needs a file that neither the page nor the relay fetches',
  history: 'needs what an earlier check saw; nothing is kept between checks',
  input: 'needs something from the visitor that is not asked for',
  undecidable: 'cannot be decided from what can be seen',
  elsewhere: 'told in another place than a rule',
  open: 'could be decided, and is not yet',
};

/** Row → kind of reason, and what there is to say beyond it. */
const OMITTED = {
  'smtp-starttls-selective': ['undecidable', 'one relay sees from one place'],
  'dane-selective-starttls': ['undecidable', 'one relay sees from one place'],
  'smtp-starttls-required-on-mx': ['undecidable', 'a server that insists still answers what the relay says'],
  'smtp-starttls-injection': ['undecidable', 'the test would break a rule of the protocol itself'],
  'smtp-response-injection': ['undecidable', 'a fault of senders'],
  'smtp-open-relay': ['undecidable', 'would need mail to be begun on somebody else’s server'],
  'smtp-smuggling': ['undecidable', 'would need mail to be begun on somebody else’s server'],
  'sub-mail-before-tls': ['undecidable', 'would need mail to be begun on somebody else’s server'],
  'tls-sni': ['undecidable', 'the relay always names the host, as careful senders do'],
  'mtasts-sni': ['undecidable', 'the relay always names the host, as careful senders do'],
  'tls-kex-pq': ['undecidable', 'the hello that shows certificates offers TLS 1.2 at most'],
  'tls-compression-reneg-0rtt-ems': ['undecidable', 'the relay brings no such facts'],
  'cert-must-staple': ['undecidable', 'the relay does not see stapled proofs'],
  'cert-revocation': ['undecidable', 'lists of revoked certificates cannot be read from a page'],
  'dns-input-valid': ['elsewhere', 'the input field refuses what is no domain (`src/dns/input.ts`)'],
  'dns-lookup-health': ['elsewhere', 'the report counts and lists what went unanswered'],
  'dns-resolver-agreement': [
    'elsewhere',
    'absences that a problem rests on are asked of a second resolver; where it disagrees, the finding is unknown',
  ],
  'posture-subdomain-list': ['input', 'a list of subdomains; DNS cannot list them'],
  'posture-subdomain-mail': ['input', 'a list of subdomains'],
  'posture-www-mx': ['input', 'a list of hosts'],
  'spf-subdomain-gap': ['input', 'a list of subdomains'],
  'dmarc-subdomain-sweep': ['input', 'a list of subdomains'],
  'mtasts-subdomains': ['input', 'a list of subdomains'],
  'take-subdomain-cname': ['input', 'a list of subdomains'],
  'spf-lookup-order': ['elsewhere', 'the picture of the SPF tree shows the running count'],
  'spf-a-cdn': ['undecidable', 'needs the address ranges of content networks'],
  'spf-cloud-ip': ['undecidable', 'needs the address ranges of clouds'],
  'dkim-header-paste': [
    'elsewhere',
    'the report’s view of DKIM takes a header and judges it (`src/ui/views/dkim`)',
  ],
  'arc-info': ['undecidable', 'ARC leaves no trace in DNS'],
  'dkim2-info': ['undecidable', 'DKIM2 is not yet a standard'],
  'bimi-svg-profile': ['unfetched', 'the picture'],
  'bimi-mark-type': ['unfetched', 'the mark certificate'],
  'mx-postmaster': ['undecidable', 'would need an address to be tried on somebody else’s server'],
  'dnsbl-usable': ['undecidable', 'lists refuse public resolvers or answer them falsely'],
  'dnsbl-mx-ip': ['undecidable', 'lists refuse public resolvers or answer them falsely'],
  'dnsbl-domain': ['undecidable', 'lists refuse public resolvers or answer them falsely'],
  'mtasts-policy-without-record': [
    'unfetched',
    'no policy is fetched where no record announces one, as senders do',
  ],
  'mtasts-id-changed': ['history'],
  'mtasts-removal': ['history'],
  wkd: ['unfetched', 'the key directory'],
  'security-txt': ['unfetched'],
  'req-apple': ['undecidable', 'Apple states no demand that can be computed'],
  'req-2026-change': ['undecidable', 'there is no newer demand to judge'],
  'prof-bimi-ready': ['elsewhere', 'the rules about BIMI say it'],
  'prof-spoof-score': ['elsewhere', 'the first headline question answers it, without a score'],
};

const check = process.argv.includes('--check');
if (!existsSync(BOOK)) {
  console.log('The rulebook is not beside the project: its coverage is not checked.');
  process.exit(process.env.CORPORA === 'required' ? 1 : 0);
}
const rows = rowsOf(readFileSync(BOOK, 'utf8'));
const carried = carriedBy();
const faults = [];
const tally = { covered: 0 };
const lines = [];
let section;
for (const row of rows) {
  if (row.section !== section) {
    section = row.section;
    lines.push('', `## ${section}`, '', '| row | rule and cases | or why not |', '|---|---|---|');
  }
  const rules = carried.get(row.id) ?? [];
  const own = OMITTED[row.id];
  const [kind, more] = own ?? [];
  if (rules.length > 0 && own)
    faults.push(`${row.id} has a rule (${rules[0].id}) and a reason for having none`);
  if (rules.length === 0 && kind === undefined) faults.push(`${row.id} has neither a rule nor a reason`);
  const word = rules.length > 0 ? 'covered' : (kind ?? 'open');
  tally[word] = (tally[word] ?? 0) + 1;
  const where = rules.map((rule) => `\`${rule.id}\` ${casesFor(row.id, rule).join(', ')}`).join('; ');
  const why = rules.length > 0 ? '' : `${word}${more ? `: ${more}` : ''}`;
  lines.push(`| ${row.id} | ${where} | ${why} |`);
}
const known = new Set(rows.map(({ id }) => id));
for (const [id, rules] of carried)
  if (!known.has(id)) faults.push(`${rules[0].id} carries ${id}, which is no row of the rulebook`);
for (const id of Object.keys(OMITTED)) if (!known.has(id)) faults.push(`${id} is no row of the rulebook`);

const decidable = tally.covered + (tally.open ?? 0);
const share = ((100 * tally.covered) / decidable).toFixed(1);
const summary = `${rows.length} rows. ${tally.covered} of ${decidable} that the page can decide are carried by a rule: ${share} %.`;
const page = `# Rulebook and rules

Written by \`node scripts/coverage.mjs\`. ${summary}

Rows without a rule, by reason:

${Object.entries(REASONS)
  .map(([kind, words]) => `* **${kind}**, ${tally[kind] ?? 0}: ${words}.`)
  .join('\n')}
${lines.join('\n')}
`;
console.log(summary);
if (check && (!existsSync(PAGE) || readFileSync(PAGE, 'utf8') !== page))
  faults.push('docs/coverage.md is out of date: run node scripts/coverage.mjs');
if (!check) {
  mkdirSync(new URL('.', PAGE), { recursive: true });
  writeFileSync(PAGE, page);
}
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);

/** The rows of section 3's tables, with the heading each stands under. */
function rowsOf(text) {
  const found = [];
  let heading = '';
  for (const line of text.split('\n')) {
    heading = /^#+ (.*)/.exec(line)?.[1] ?? heading;
    if (!/^3\.\d+ /.test(heading)) continue;
    // One line may hold two rows: `take-autodiscover, take-bimi`.
    const ids = /^\| ([a-z0-9]+(?:-[a-z0-9]+)*(?:, [a-z0-9-]+)*) \|/.exec(line)?.[1]?.split(', ') ?? [];
    for (const id of ids)
      if (id.includes('-') || id === 'wkd')
        found.push({ id, section: heading.replace(/^[\d.]+ /, '').replace(/ \(`.*/, '') });
  }
  return found;
}

/** Row → the rules or profiles that carry it, each with the names of its cases. */
function carriedBy() {
  const folder = new URL('src/rules/', ROOT);
  const found = new Map();
  const carry = (text, by) => {
    const covers = /^export const covers = \[([^\]]*)\]/m.exec(text)?.[1] ?? '';
    for (const [, row] of covers.matchAll(/'([^']+)'/g)) found.set(row, [...(found.get(row) ?? []), by]);
  };
  for (const area of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
    for (const file of readdirSync(new URL(`${area.name}/`, folder)).sort()) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      const text = readFileSync(new URL(`${area.name}/${file}`, folder), 'utf8');
      const block = /\n {2}cases: \{\n(.*?)\n {2}\},\n/s.exec(text)?.[1] ?? '';
      const cases = [...block.matchAll(/^ {4}'?([a-z0-9-]+)'?:/gm)].map((match) => match[1]);
      carry(text, { id: `${area.name}/${file.slice(0, -3)}`, cases });
    }
  const authorities = new URL('src/profiles/authorities/', ROOT);
  for (const file of readdirSync(authorities).sort())
    carry(readFileSync(new URL(file, authorities), 'utf8'), {
      id: `profiles/authorities/${file.slice(0, -3)}`,
      cases: ['met', 'unmet', 'unknown', 'not-applicable'],
    });
  return found;
}

/** The case that bears the row's name, where there is one; else all of the rule's. */
function casesFor(row, { cases }) {
  const own = cases.filter((name) => name === row || row.endsWith(`-${name}`));
  return own.length > 0 ? own : cases;
}
