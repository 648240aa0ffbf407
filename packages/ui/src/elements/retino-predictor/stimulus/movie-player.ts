/**
 * Which frame of a movie is shown, and its playing at the movie's own rate, again and again. Promises to start only
 * when it is told to, and to go slowly where the system asks for less motion.
 */

/** Frames a second where less motion is asked for: no more than three changes a second. */
const slowRate = 3;

export class MoviePlayer {
  readonly #shown: () => void;
  #frames = 0;
  #rate = 1;
  #index = 0;
  #tick?: number;
  /** Frames since the movie began, in parts of a frame too. */
  #clock = 0;
  #ticked?: number;

  /** `shown` is called when another frame is to be shown, or playing has started or stopped. */
  constructor(shown: () => void) {
    this.#shown = shown;
  }

  get playing(): boolean {
    return this.#tick !== undefined;
  }

  get slowed(): boolean {
    return matchMedia('(prefers-reduced-motion: reduce)').matches;
  }

  get frames(): number {
    return this.#frames;
  }

  get index(): number {
    return this.#index;
  }

  set index(index: number) {
    this.#index = Math.max(0, Math.min(this.#frames - 1, Math.round(index) || 0));
    this.#clock = this.#index;
  }

  /** Takes another movie; the frame shown stays where there is one. */
  load(frames: number, rate: number): void {
    this.#frames = frames;
    this.#rate = rate;
    if (this.#index >= frames) this.index = frames - 1;
    if (frames < 2) this.pause();
  }

  play(): void {
    if (this.playing || this.#frames < 2) return;
    this.#ticked = undefined;
    this.#tick = requestAnimationFrame(this.#advance);
    this.#shown();
  }

  pause(): void {
    if (this.#tick === undefined) return;
    cancelAnimationFrame(this.#tick);
    this.#tick = undefined;
    this.#shown();
  }

  readonly #advance = (now: number): void => {
    const seconds = (now - (this.#ticked ?? now)) / 1000;
    this.#ticked = now;
    const rate = this.slowed ? Math.min(slowRate, this.#rate) : this.#rate;
    this.#clock = (this.#clock + seconds * rate) % this.#frames;
    this.#tick = requestAnimationFrame(this.#advance);
    const reached = Math.floor(this.#clock);
    if (reached === this.#index) return;
    this.#index = reached;
    this.#shown();
  };
}
