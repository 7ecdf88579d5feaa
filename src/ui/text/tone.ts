import type { Answered, Finding } from '../../engine/verdict.ts';

/** Which sign stands before a line. */
export type Kind = 'problem' | 'remark' | 'pass' | 'unknown' | 'not-applicable' | 'waiting';

/** The sign and colour of a state. Amber never means unknown; facts nobody must act on carry no colour. */
export function looks(of: Pick<Finding | Answered, 'outcome' | 'severity'> | undefined): {
  kind: Kind;
  tone: 'bad' | 'warn' | 'good' | 'unk' | '';
} {
  if (!of) return { kind: 'waiting', tone: 'unk' };
  switch (of.outcome) {
    case 'pass':
      return { kind: 'pass', tone: 'good' };
    case 'unknown':
      return { kind: 'unknown', tone: 'unk' };
    case 'not-applicable':
      return { kind: 'not-applicable', tone: 'unk' };
    case 'problem':
      if (of.severity === 'info') return { kind: 'remark', tone: '' };
      return { kind: 'problem', tone: of.severity === 'critical' || of.severity === 'high' ? 'bad' : 'warn' };
  }
}
