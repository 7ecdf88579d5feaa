import { mount } from 'svelte';
import './ui/theme.css';
import App from './ui/App.svelte';
import { soon } from './ui/breath.ts';
import { keepCopy } from './ui/offline.ts';
import { session } from './ui/session.svelte.ts';

const target = document.getElementById('app');
if (target && new URLSearchParams(location.search).has('embed')) {
  void import('./ui/widget/Widget.svelte').then(({ default: Widget }) => mount(Widget, { target }));
} else if (target && window.top !== window) {
  // In somebody else's page there is the widget and nothing else, so that nobody can be led to press the rest.
  const link = document.createElement('a');
  link.href = location.href;
  link.target = '_blank';
  link.rel = 'noopener';
  link.textContent = 'Open Mailproof';
  target.replaceChildren(link);
} else if (target && location.search === '?widget') {
  void import('./ui/widget/Builder.svelte').then(({ default: Builder }) => mount(Builder, { target }));
} else if (target && location.search === '?record') {
  void import('./ui/record/RecordPage.svelte').then(({ default: RecordPage }) =>
    mount(RecordPage, { target }),
  );
} else if (target) {
  // In a task after the one that loads, which lays out whatever stands when it ends.
  void soon().then(() => {
    mount(App, { target });
    keepCopy(() => session.busy);
  });
}
