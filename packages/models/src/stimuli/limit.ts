/** Values in one movie, one part of its windows, or one sample that a model sees, at the most: 64 MB of float32. */
export const mostStimulusValues = 16_000_000;

/** Random numbers or waves times places that one stimulus takes, at the most: about a second. */
export const mostNoiseWork = 1e9;
