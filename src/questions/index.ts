import type { AnyHeadline, Concern } from '../engine/rule.ts';
import acceptance from './acceptance.ts';
import impersonation from './impersonation.ts';
import interception from './interception.ts';
import submission from './submission.ts';

/** The four headline questions, in the order they are shown. */
export const headlines: Readonly<Record<Concern, AnyHeadline>> = {
  impersonation,
  interception,
  submission,
  acceptance,
};
