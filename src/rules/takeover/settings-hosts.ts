import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { type SettingsReference, settingsTargets } from '../../topics/discovery.ts';
import { type Gone, gravest, restsOf, takers } from '../../topics/takeover.ts';

export const covers = ['take-autodiscover'];

const fix = ({ gone: { from } }: { gone: Gone<SettingsReference> }): Fix => ({
  stage: 'mend',
  effort: 'minutes',
  text: `Delete the ${from.type} record now.`,
  changes: [{ op: 'delete', name: from.name, type: from.type, was: from.data }],
});

const settingsHosts = rule({
  title: 'Mail programs are led to names that belong to somebody',
  why: 'Mail programs send name and password to the server they are led to. Whoever holds the name behind such a record collects them.',
  bears: ['submission'],
  cites: [
    { rfc: 6186, section: '6' },
    { rfc: 8314, section: '5.1' },
  ],
  reads: { settingsTargets },
  partial: ['settingsTargets'],
  cases: {
    held: { passes: true, says: 'The names that mail programs are led to stand in domains that exist.' },
    unregistered: {
      severity: 'high',
      says: (d: { gone: Gone<SettingsReference> }) =>
        `\`${d.gone.from.name}\` leads mail programs to \`${d.gone.name}\`, which is nobody’s. ${takers(d.gone)} Its new holder could collect passwords.`,
      fix,
    },
    claimable: {
      severity: 'high',
      says: (d: { gone: Gone<SettingsReference> }) =>
        `\`${d.gone.from.name}\` leads mail programs to a name that is gone. ${takers(d.gone)}`,
      fix,
    },
  },
  judge({ settingsTargets }) {
    if (settingsTargets.got === 'none') return { is: 'unknown', because: settingsTargets.because };
    const gone = gravest(settingsTargets.value);
    const found = gone && {
      data: { gone },
      shows: [{ name: gone.from.name, type: gone.from.type, text: gone.from.data }],
      rests: restsOf(settingsTargets.value),
    };
    if (found && gone.standing === 'unregistered') return { is: 'unregistered', ...found };
    if (settingsTargets.got === 'part') return { is: 'unknown', because: settingsTargets.because };
    if (found && gone.standing === 'claimable') return { is: 'claimable', ...found };
    return settingsTargets.value.count === 0
      ? { is: 'not-applicable', because: 'No record leads mail programs elsewhere.' }
      : { is: 'held' };
  },
});

export default settingsHosts;

const MAIL = 'example.com MX 10 mail.example.com\nmail.example.com A 45.0.0.25\n';

export const weighs = {
  high: 'Whoever takes the name collects passwords of those who set a program up.',
} satisfies Weights<typeof settingsHosts>;

export const examples = [
  {
    name: 'a provider that exists',
    zone: `${MAIL}autodiscover.example.com CNAME autodiscover.outlook.com\nautodiscover.outlook.com A 45.0.0.80`,
    expect: 'held',
  },
  {
    name: 'a provider that gave its domain up',
    zone: `${MAIL}autoconfig.example.com CNAME setup.lapsed-mailer.com`,
    expect: 'unregistered',
  },
  {
    name: 'an SRV record to a lapsed domain',
    zone: `${MAIL}_imaps._tcp.example.com SRV 0 1 993 imap.lapsed-mailer.com`,
    expect: 'unregistered',
  },
  {
    name: 'a cloud name that was given back',
    zone: `${MAIL}autodiscover.example.com CNAME our-setup.azurewebsites.net`,
    expect: 'claimable',
  },
  { name: 'none', zone: MAIL, expect: 'not-applicable' },
  { name: 'not answered', zone: `${MAIL}autodiscover.example.com A !timeout`, expect: 'unknown' },
] satisfies Examples<typeof settingsHosts>;
