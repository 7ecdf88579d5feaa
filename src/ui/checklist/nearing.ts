/** Calls once, when an element comes within a screen's reach of the window. For `{@attach}`. */
export function nearing(near: () => void): (element: Element) => () => void {
  return (element) => {
    const watch = new IntersectionObserver(
      (seen) => {
        if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
        watch.disconnect();
        near();
      },
      { rootMargin: '400px' },
    );
    watch.observe(element);
    return () => watch.disconnect();
  };
}
