export default async function globalTeardown() {
  await globalThis.monsteraTestServer?.stop();
}
