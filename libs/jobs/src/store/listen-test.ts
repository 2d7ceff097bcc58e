/** A notification that a process sends to itself, to check that its LISTEN works. */
export interface ListenTest {
  channel: string;
  token: string;
}
