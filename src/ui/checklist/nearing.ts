/** Calls once, when an element comes into the window. For `{@attach}`. */
export function nearing(near: () => void): (element: Element) => () => void {
  return (element) => {
    const watch = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      watch.disconnect();
      near();
    });
    watch.observe(element);
    return () => watch.disconnect();
  };
}
