/** Pauses, resumes and single-steps a training from outside. */
export class TrainingGate {
  private held = false;
  private allowed = 0;
  private wake: (() => void) | undefined;

  get paused(): boolean {
    return this.held;
  }

  pause(): void {
    this.held = true;
    this.allowed = 0;
  }

  resume(): void {
    this.held = false;
    this.wake?.();
  }

  /** One step, then paused. */
  step(): void {
    this.held = true;
    this.allowed++;
    this.wake?.();
  }

  /** Whether a step may be taken now; a single step is used up by it. */
  take(): boolean {
    if (!this.held) return true;
    if (this.allowed === 0) return false;
    this.allowed--;
    return true;
  }

  /** Resolves when a step may be taken, or when `signal` fires. */
  async opened(signal: AbortSignal | undefined): Promise<void> {
    while (this.held && this.allowed === 0 && !signal?.aborted) {
      await new Promise<void>((resolve) => {
        const done = () => {
          signal?.removeEventListener('abort', done);
          this.wake = undefined;
          resolve();
        };
        this.wake = done;
        signal?.addEventListener('abort', done);
      });
    }
  }
}
