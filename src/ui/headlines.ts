import type { AnyHeadline, Concern } from '../engine/rule.ts';

const files = import.meta.glob<AnyHeadline>(
  '../questions/{impersonation,interception,submission,acceptance}.ts',
  { eager: true, import: 'default' },
);

const ORDER: readonly Concern[] = ['impersonation', 'interception', 'submission', 'acceptance'];

/** The headline questions there are, in the order they are shown. */
export const headlines: Readonly<Partial<Record<Concern, AnyHeadline>>> = Object.fromEntries(
  ORDER.flatMap((id) => {
    const question = files[`../questions/${id}.ts`];
    return question ? [[id, question]] : [];
  }),
);
