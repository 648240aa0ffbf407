/** The files of one build of the site, relative to its top. */
export interface SiteFiles {
  /** Changes when any file does. */
  readonly build: string;
  /** Kept at the first visit, each with the integrity of its bytes. */
  readonly core: readonly (readonly [file: string, integrity: string])[];
  /** Kept once they were used. */
  readonly onUse: readonly string[];
}
