/** Waits for `work`, but no longer than until the signal is given, with whose reason it then rejects. */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let aborted = (): void => undefined;
  const given = new Promise<never>((_, reject) => {
    aborted = () => {
      reject(signal.reason as Error);
    };
  });
  if (signal.aborted) aborted();
  signal.addEventListener('abort', aborted, { once: true });
  try {
    return await Promise.race([given, work]);
  } finally {
    signal.removeEventListener('abort', aborted);
  }
}
