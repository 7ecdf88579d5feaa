/*
 * The command line: picks the command, turns errors into sentences and outcomes into an exit status.
 */

import { check } from './check.ts';
import { compare } from './compare.ts';
import { record } from './record.ts';
import { serve } from './serve.ts';
import { spf } from './spf.ts';
import { complain, type ExitStatus, UsageError } from './usage.ts';

const HELP = `Mailproof: can mail be forged in a domain's name, is mail to it protected, are its sending
ports right, will the large receivers accept its mail.

mailproof check DOMAIN [--format text|json|markdown|csv] [--resolver URL]… [--relay URL|on]…
                       [--zone FILE] [--at TIME] [--fail-on SEVERITY]
                       [--selector NAME]… [--intent mail|no-mail] [--submission HOST] [--profiles]
mailproof compare A B  [--format text|json] [--fail-on SEVERITY]   A and B are links of reports, or files that
                       hold one (check --format json writes it); B may be "now" [--resolver URL]… [--zone FILE]
mailproof record TEXT  [--kind dmarc|spf|dkim|mta-sts|mta-sts-policy|tls-rpt|bimi]
                       [--format text|json]            TEXT may be - for standard input
mailproof spf --ip ADDRESS --mail-from ADDR [--helo NAME] [--zone FILE] [--resolver URL]…
                       [--format text|json]
mailproof spf --batch  one JSON case a line in, one JSON answer a line out
mailproof serve        [--port N] [--host ADDRESS] [--dns HOST:PORT] [--resolver URL]… [--relay URL|on|off]…

Exit status: 0 nothing at or above --fail-on (critical, high, medium, low, info; default high),
1 something is (compare: is there that was not before), 2 wrong use,
3 too little could be checked to say.
`;

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<ExitStatus>>> = {
  check,
  compare,
  record,
  spf,
  serve,
};

// A reader that goes away early (a pager, `head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2));

async function run([name, ...args]: readonly string[]): Promise<ExitStatus> {
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    if (name === undefined)
      throw new UsageError('A command is missing: check, compare, record, spf or serve.');
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined)
      throw new UsageError(`There is no command "${name}"; there are check, compare, record, spf and serve.`);
    if (args.includes('--help')) {
      process.stdout.write(HELP);
      return 0;
    }
    return await command(args);
  } catch (error) {
    complain(error);
    if (error instanceof UsageError) process.stderr.write('mailproof --help shows how to call it.\n');
    return 2;
  }
}
