/** A notification that a process sends to itself, to see that its LISTEN hears. */
export interface ListenTest {
  channel: string;
  token: string;
}
