import { mount } from 'svelte';
import type { AnyRule, Example } from '../../engine/rule.ts';
import Workbench from './Workbench.svelte';

const rules = import.meta.glob<{ default: AnyRule; examples: readonly Example[] }>([
  '../../rules/*/*.ts',
  '!../../rules/**/*.test.ts',
]);

/** Puts a rule's example, to be changed, in place of what an element shows. Rejects when it cannot be loaded. */
export async function open(target: HTMLElement, id: string, index: number): Promise<void> {
  const { default: rule, examples } = (await rules[`../../rules/${id}.ts`]?.()) ?? {};
  const example = examples?.[index];
  if (!rule || !example) throw new Error(`${id} has no example ${index}`);
  target.replaceChildren();
  mount(Workbench, { target, props: { id, rule, example } });
}
