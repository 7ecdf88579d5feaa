/** Closes the menu an element stands in when somebody clicks elsewhere or presses Escape. For `{@attach}`. */
export function closing(element: Element): () => void {
  const menu = menuOf(element);
  const click = ({ target }: Event) => {
    if (menu && !(target instanceof Node && menu.contains(target))) menu.open = false;
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !menu?.open) return;
    menu.open = false;
    menu.querySelector('summary')?.focus();
  };
  addEventListener('click', click);
  addEventListener('keydown', key);
  return () => {
    removeEventListener('click', click);
    removeEventListener('keydown', key);
  };
}

/** Closes the menu an element stands in. */
export function shut(element: Element): void {
  const menu = menuOf(element);
  if (menu) menu.open = false;
}

function menuOf(element: Element): HTMLDetailsElement | null {
  return element.closest<HTMLDetailsElement>('details.menu');
}
