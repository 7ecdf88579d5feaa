/** Written by the build: what a check asks first. */
declare module 'virtual:plan' {
  const plan: import('./plan.ts').Plan;
  export default plan;
}
